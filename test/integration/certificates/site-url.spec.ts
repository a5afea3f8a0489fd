import { startApp } from '../../kit/app.js';

it.each([
  [{}, true],
  [{ SITE_URL: 'https://certs.example.org' }, false],
])('production with %j is warned of codes that lead nowhere: %s', async (env, warned) => {
  const app = await startApp({ env: { NODE_ENV: 'production', ...env } });
  await app.close();
  expect(app.logged().includes('SITE_URL is unset: QR codes lead to http://127.0.0.1:3000')).toBe(warned);
});
