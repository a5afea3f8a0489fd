import { type Browser, chromium, type Page } from 'playwright-core';
import type { HttpTestApp } from '../kit/http-app.js';
import { CertificateStore, type SeededFile } from '../kit/certificate-store.js';
import { startOperationsApp, startRetries } from '../kit/operations-app.js';
import { OperatorCommand } from '../kit/operator-command.js';
import { chromiumPath } from '../services/index.js';
import { signTestToken } from '../kit/tokens.js';

let store: CertificateStore;
let server: HttpTestApp;
let browser: Browser;
let page: Page;
let lost: SeededFile;
const complaints: string[] = [];

beforeAll(async () => {
  store = await CertificateStore.create();
  const [first] = await store.seed(12);
  if (!first) throw new Error('twelve were seeded');
  lost = first;
  store.loseLocal(lost.key);
  await OperatorCommand.run(['migrate', '--json'], store.folder, store.env);
  server = await startOperationsApp(store.env);
  await startRetries(server);
  browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await store?.close();
});

const overflow = () =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
const picture = async (name: string) => {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
};

it('asks for a token, and takes one', async () => {
  await page.goto(`${server.url}/operations/`);
  await picture('login');
  await page.fill('[name=token]', await signTestToken({ sub: 'staff-1', roles: ['staff'] }));
  await page.click('main button');
  await page.waitForURL(`${server.url}/operations/`);
  complaints.length = 0; // the browser notes the 401 of the first page
});

it.each([
  [1280, 900],
  [320, 640],
])('shows where files are and what failed, at %i × %i', async (width, height) => {
  await page.setViewportSize({ width, height });
  await page.reload();
  const text = await page.innerText('main');
  expect(text).toContain('local_missing');
  expect(text).toContain('USE_S3_FOR_CERTS');
  expect(await page.getByRole('progressbar', { name: 'Files handled' }).count()).toBe(1);
  expect(await overflow()).toBe(0);
  await picture(`operations-${width}`);
});

it('retries failed files by a button, and shows the new run without being loaded again', async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  store.overwrite(lost.key, lost.bytes);
  await page.click('text=Retry the failed files');
  await page.waitForSelector('.notice');
  await page.waitForSelector('.run:has(small:text-is("retry")):has-text("1 of 1: 1 done")', {
    timeout: 45_000,
  });
  expect((await store.rows()).get(lost.key)?.['migrated_to_s3_at']).toBeInstanceOf(Date);
  await picture('retried');
});

it('leaves the keyboard where it was when a newer part comes', async () => {
  await page.focus('.run a');
  await store.pool.query("UPDATE migration_runs SET reason = 'a newer part'");
  await page.waitForSelector('.run:first-child:has-text("a newer part")');
  expect(await page.evaluate('document.activeElement.href')).toContain('/operations/runs/');
});

it('follows again when a proxy has answered for a service that restarts', async () => {
  let asked = 0;
  await page.route('**/operations/events/', (route) =>
    asked++ === 0 ? route.fulfill({ status: 502 }) : route.continue(),
  );
  await page.reload();
  await page.waitForSelector('#live:text-is("Live")');
  expect(asked).toBe(2);
  await page.unroute('**/operations/events/');
  complaints.length = 0; // the browser notes the 502
});

it('says that the token has ended', async () => {
  const context = await browser.newContext();
  const other = await context.newPage();
  const token = await signTestToken({ sub: 'staff-1', roles: ['staff'] });
  await other.goto(`${server.url}/operations/login/?token=${token}`);
  await other.waitForURL(`${server.url}/operations/`);
  await other.route('**/operations/events/', async (route) => {
    await context.clearCookies();
    await route.fulfill({ status: 401 });
  });
  await other.reload();
  await other.getByRole('status').filter({ hasText: 'Signed out; reload the page' }).waitFor();
  await context.close();
});

it('shows the queues', async () => {
  await page.goto(`${server.url}/operations/queues/`);
  await page.waitForSelector('text=migration', { timeout: 30_000 });
  await page.waitForSelector('text=Loading', { state: 'detached' });
  await picture('queues');
  await page.locator('header button, header [aria-haspopup]').last().click();
  await page.click('text=Operations');
  await page.waitForURL(`${server.url}/operations/`);
});

it('gives the browser nothing to complain of on pages of our own', () => {
  expect(complaints.filter((text) => !text.includes('fonts.googleapis.com'))).toEqual([]);
});

it('signs out at the head of the page', async () => {
  await page.locator('.head').getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${server.url}/operations/login/`);
  expect(await page.context().cookies()).toEqual([]);
});
