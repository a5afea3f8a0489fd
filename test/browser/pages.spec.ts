import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { Public } from '../../src/auth/public.decorator.js';
import { Problem } from '../../src/http/problem.js';
import { type VerificationView, verificationPage } from '../../src/pages/verification-page.js';
import { FrontController } from '../../src/operations/front.controller.js';
import { type HttpTestApp, startHttpApp } from '../kit/http-app.js';
import { chromiumPath } from '../services/index.js';

const frame = {
  language: 'en' as const,
  issuer: 'Certstore',
  siteUrl: 'https://certs.example.org',
  code: '5b1c7e0e-9a43-4f0e-8f3c-2d8a6f0f3b11',
};
const facts = {
  displayName: 'Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren Hubert Blaine the Elder',
  tournament: 'FIDE Candidates Tournament 2024',
  award: 'winner' as const,
  placement: 1,
  generatedAt: new Date('2024-04-22'),
};
const VIEWS: Record<string, VerificationView> = {
  valid: {
    ...frame,
    state: 'valid',
    facts: { ...facts, displayName: 'محمد بن عبد الرحمن' },
    lastVerifiedAt: new Date('2026-11-20'),
    imageUrl: '/pages/image.png',
  },
  not_checked: { ...frame, state: 'not_checked', facts, lastVerifiedAt: null, imageUrl: null },
  revoked: {
    ...frame,
    state: 'revoked',
    facts,
    revokedAt: new Date('2025-01-02'),
    revokedReason: '<script>document.title = "owned"</script>',
  },
  tampered: { ...frame, state: 'tampered', facts, lastVerifiedAt: null, imageUrl: null },
  unknown: { ...frame, state: 'unknown' },
};

@Controller('pages')
class PagesController {
  @Public()
  @Get('image.png')
  async image(@Res() reply: FastifyReply): Promise<void> {
    const png = sharp({ create: { width: 1920, height: 1080, channels: 3, background: '#eee' } }).png();
    void reply.type('image/png').send(await png.toBuffer());
  }

  @Public()
  @Get('lost')
  lost(): never {
    throw new Problem(503, 'database_unavailable', 'Temporarily unavailable', 'Try again in a minute.');
  }

  @Public()
  @Get(':state')
  show(@Param('state') state: string, @Res() reply: FastifyReply): void {
    void reply.type('text/html; charset=utf-8').send(verificationPage(VIEWS[state] as VerificationView));
  }
}

@Controller('api/tournaments/certificates/verify')
class StandInController {
  @Public()
  @Get(':code')
  verify(@Res() reply: FastifyReply): void {
    void reply.type('text/html; charset=utf-8').send(verificationPage(VIEWS['unknown'] as VerificationView));
  }
}

let server: HttpTestApp;
let browser: Browser;
beforeAll(async () => {
  server = await startHttpApp({ controllers: [PagesController, FrontController, StandInController] });
  browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const PHONE: BrowserContextOptions = { viewport: { width: 320, height: 640 }, isMobile: true };
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

/** Opens a path, hands the page over, and fails on anything the browser complained of or asked of other hosts. */
async function visit(path: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>) {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => {
    // The browser reports the status of the page itself as an error too.
    if (message.type() === 'error' && !message.text().includes('status of 503'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
      complaints.push(request.url());
  });
  try {
    await page.goto(server.url + path, { waitUntil: 'load' });
    await look(page);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

function styleOf(page: Page, selector: string, property: string): Promise<unknown> {
  return page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
}

/** Texts whose contrast with what is behind them is below WCAG AA, with the ratio. */
function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (element) => {
      for (let e = element; e; e = e.parentElement) {
        const color = rgb(getComputedStyle(e).backgroundColor);
        if (color.length < 4 || color[3] > 0) return color;
      }
      return [255, 255, 255];
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint = [];
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      if (!text) continue;
      const element = walker.currentNode.parentElement;
      const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) faint.push(text + ': ' + ratio.toFixed(2));
    }
    return faint;
  })()`);
}

describe.each(Object.keys(VIEWS))('the verification page of a certificate that is %s', (state) => {
  it.each([
    ['phone, light', { ...PHONE, colorScheme: 'light' }],
    ['desktop, dark', { ...DESKTOP, colorScheme: 'dark' }],
  ] as const)('reads well without script: %s', async (_name, options) => {
    await visit(`/pages/${state}`, { ...options, javaScriptEnabled: false }, async (page) => {
      await expect(page.locator('h1').count()).resolves.toBe(1);
      for (const landmark of ['header', 'main', 'footer']) {
        await expect(page.locator(landmark).count()).resolves.toBe(1);
      }
      const { width } = (await page.locator('main').boundingBox()) ?? { width: 0 };
      expect(width).toBeGreaterThan(200);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBe(0);
      expect(await faintTexts(page)).toEqual([]);
    });
  });
});

it('shows the image of a valid certificate, without the mat beside it', async () => {
  await visit('/pages/valid', DESKTOP, async (page) => {
    const image = page.getByRole('img', { name: 'The certificate as it was issued' });
    expect(await image.evaluate((img: { naturalWidth: number }) => img.naturalWidth)).toBe(1920);
    const box = await image.boundingBox();
    expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo(7 / 5, 1);
    expect(await styleOf(page, '.name', 'direction')).toBe('rtl');
  });
});

it.each(['/', '/pages/unknown'])('takes a code that is typed at %s to its verification', async (path) => {
  await visit(path, { ...PHONE, javaScriptEnabled: false }, async (page) => {
    expect(await faintTexts(page)).toEqual([]);
    await page.getByLabel('Verification code').fill('5b1c7e0e-9a43');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.waitForURL(`${server.url}/api/tournaments/certificates/verify/5b1c7e0e-9a43/`);
  });
});

it('applies its style sheet and runs nothing that people wrote', async () => {
  await visit('/pages/revoked', DESKTOP, async (page) => {
    expect(await page.title()).toBe('This certificate was revoked · Certstore');
    expect(await styleOf(page, '.card', 'borderRadius')).toBe('12px');
  });
});

it('an outage is a page a person can read', async () => {
  await visit('/pages/lost', PHONE, async (page) => {
    await page.getByRole('heading', { name: 'Temporarily unavailable' }).waitFor();
    expect(await faintTexts(page)).toEqual([]);
  });
});

it('the API documentation renders with nothing from elsewhere', async () => {
  await visit('/api/docs', DESKTOP, async (page) => {
    await page.getByRole('heading', { name: /Certstore/ }).waitFor();
    await page.getByRole('button', { name: 'Authorize' }).waitFor();
  });
});
