import { pageLanguage, prefersHtml } from './negotiation.js';

it.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8', true],
  ['text/html', true],
  ['text/*', true],
  ['application/json;q=0.5, text/html', true],
  ['application/json, text/html', false],
  ['*/*', false],
  ['application/json', false],
  ['application/problem+json', false],
  ['image/avif,image/webp,*/*;q=0.8', false],
  ['text/html;q=0', false],
  ['', false],
  ['complete nonsense;;;', false],
])('Accept: %s', (accept, html) => {
  expect(prefersHtml({ headers: { accept } })).toBe(html);
});

it('a client that says nothing gets JSON', () => {
  expect(prefersHtml({ headers: {} })).toBe(false);
});

it.each([
  ['bn-BD,bn;q=0.9,en-US;q=0.8,en;q=0.7', 'bn'],
  ['bn', 'bn'],
  ['en-GB,bn;q=0.5', 'en'],
  ['de-DE,de;q=0.9', 'en'],
  ['*', 'en'],
])('Accept-Language: %s', (header, language) => {
  expect(pageLanguage({ headers: { 'accept-language': header } })).toBe(language);
});
