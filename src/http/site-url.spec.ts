import { loadConfig } from '../config/config.js';
import { SiteUrl } from './site-url.js';

it.each([
  [{}, 'http://127.0.0.1:8080'],
  [{ HOST: '::1' }, 'http://[::1]:8080'],
  [{ HOST: '::1', SITE_URL: 'https://certs.example.org/' }, 'https://certs.example.org'],
])('%j is found at %s', (env, url) => {
  const site = new SiteUrl(loadConfig({ AUTH_JWT_SECRET: 'x'.repeat(32), PORT: '0', ...env }));
  site.listeningOn(8080);
  expect(site.url).toBe(url);
});
