import fc from 'fast-check';
import { html, trusted } from './html.js';

it('escapes what is put into text and into attributes', () => {
  const evil = `"><script>alert('1')</script>&amp;\``;
  expect(html`<p title="${evil}">${evil}</p>`.markup).toBe(
    '<p title="&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;amp;&#96;">&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;amp;&#96;</p>',
  );
});

it('lets nothing through that ends a text or an attribute, whatever it is given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const inside = /^<i a="(.*)">(.*)<\/i>$/su.exec(html`<i a="${text}">${text}</i>`.markup);
      expect(inside).not.toBeNull();
      for (const part of inside?.slice(1) ?? []) expect(part).not.toMatch(/[<>"'`]/);
    }),
  );
});

it('escapes once: markup made by it goes in as it is, in lists too', () => {
  const items = ['a<b', 'c'].map((item) => html`<li>${item}</li>`);
  expect(html`<ul>${items}${trusted('<hr>')}</ul>`.markup).toBe('<ul><li>a&#60;b</li><li>c</li><hr></ul>');
});

it('an object that looks like markup is not', () => {
  const forged = { markup: '<script>', toString: () => '<script>' } as unknown as string;
  expect(html`${forged}`.markup).toBe('&#60;script&#62;');
});

it('leaves nothing for what is not there, and writes numbers', () => {
  expect(html`${null}${undefined}${false}${0}${[]}`.markup).toBe('0');
});
