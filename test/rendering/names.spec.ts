import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import type { CertificateContent } from '../../src/certificates/rendering/renderer.js';
import { loadConfig } from '../../src/config/config.js';

interface SetName {
  name: string;
  runs: { font: string; direction: string; text: string; glyphs: number[][] }[];
}

const read = (file: string) => JSON.parse(readFileSync(resolve('test/data', file), 'utf8')) as unknown;
const names = (read('names-in-many-scripts.json') as { display_name: string }[]).map((n) => n.display_name);
const hard = read('hard-names.json') as string[];
const long = [
  'x'.repeat(200),
  '丁'.repeat(200),
  'শ্রীকৃষ্ণ '.repeat(20).trim(),
  'محمد بن عبد الله '.repeat(11).trim(),
];

function run(script: string, input: unknown, env: NodeJS.ProcessEnv = {}, ...args: string[]): unknown {
  const options = { input: JSON.stringify(input), env: { ...process.env, ...env }, maxBuffer: 1e8 };
  const out = execFileSync(process.execPath, [resolve('test/rendering', script), ...args], options);
  return JSON.parse(out.toString());
}

function certificateOf(displayName: string): CertificateContent {
  return {
    displayName,
    tournamentName: `${displayName.slice(0, 90)} Open`,
    certificateType: 'participant',
    placement: 7,
    language: 'en',
    verificationCode: '3f1c5f0e-6a8b-4f0e-9a57-0d2a6f2f7c11',
    verificationUrl: 'https://certs.example.org/verify/3f1c5f0e-6a8b-4f0e-9a57-0d2a6f2f7c11/',
    generatedAt: new Date('2024-04-23T10:00:00Z'),
    completedAt: new Date('2024-04-22T20:00:00Z'),
  };
}

/** Glyphs shown by a page's text operators, as numbers within the embedded subsets: 0 is the box. */
function glyphsShown(pdf: Buffer): number[] {
  const shown: number[] = [];
  const text = pdf.toString('latin1');
  for (const match of text.matchAll(/\/Filter \/FlateDecode\s*>>\s*stream\n/g)) {
    const stream = inflateSync(pdf.subarray(match.index + match[0].length)).toString('latin1');
    for (const [, array] of stream.matchAll(/\[([^\]]*)\] TJ/g)) {
      for (const [, hex] of (array ?? '').matchAll(/<([0-9a-f]+)>/g)) {
        for (const glyph of hex?.match(/.{4}/g) ?? []) shown.push(Number.parseInt(glyph, 16));
      }
    }
  }
  return shown;
}

describe('names in many scripts', () => {
  const { design: config } = loadConfig({});

  it('are set glyph for glyph as by hb-shape', () => {
    const golden = read('glyphs-of-names.json') as SetName[];
    expect(golden.map(({ name }) => name)).toEqual([...names, ...hard]);
    expect(run('shape-names.mjs', [...names, ...hard])).toEqual(golden);
    expect(
      golden.flatMap(({ runs }) => runs.flatMap(({ glyphs }) => glyphs.map(([id]) => id))),
    ).not.toContain(0);
  }, 60_000);

  it('run in the right order', () => {
    const expected = {
      'دكتور John محمد 2026': ['2026', 'محمد', 'John', 'دكتور'],
      'Dr. محمد بن سلمان (PhD) Smith': ['Dr.', 'محمد بن سلمان', '(PhD) Smith'],
      'שלום (כהן) 12': ['12', 'שלום (כהן)'],
      'Gari (Гарри) Kasparov': ['Gari (', 'Гарри)', 'Kasparov'],
    };
    const set = run('shape-names.mjs', Object.keys(expected)) as SetName[];
    const orders = set.map(({ name, runs }) => [name, runs.map(({ text }) => text.trim()).filter(Boolean)]);
    expect(Object.fromEntries(orders)).toEqual(expected);
  }, 60_000);

  it('give Han characters the shapes of the country that the texts tell of', () => {
    const texts = { 羽生善治: '第77期名人戦', 羽生: '将棋のタイトル戦', 金: '김해 컵' };
    const contents = Object.entries(texts).map(([name, tournamentName]) => ({
      ...certificateOf(name),
      tournamentName,
    }));
    const rendered = run('render-once.mjs', { contents, config }) as Record<string, { pdf: string }>;
    const fonts = Object.entries(rendered).map(([name, { pdf }]) => [
      name,
      ...new Set(
        Buffer.from(pdf, 'base64')
          .toString('latin1')
          .match(/(?<=\+)NotoSans(JP|KR|Hans)/g),
      ),
    ]);
    expect(fonts).toEqual([
      ['羽生善治', 'NotoSansHans'],
      ['羽生', 'NotoSansJP'],
      ['金', 'NotoSansKR'],
    ]);
  }, 60_000);

  it('show no box on the page, and read back as written', async () => {
    const pdfium = await PDFiumLibrary.init();
    const contents = [...names, ...hard, ...long].map(certificateOf);
    const rendered = run('render-once.mjs', { contents, config }) as Record<string, { pdf: string }>;
    for (const [name, file] of Object.entries(rendered)) {
      const pdf = Buffer.from(file.pdf, 'base64');
      const glyphs = glyphsShown(pdf);
      expect(glyphs.length).toBeGreaterThan(150);
      expect({ name, boxes: glyphs.filter((glyph) => glyph === 0).length }).toEqual({ name, boxes: 0 });
      const document = await pdfium.loadDocument(pdf);
      expect(document.getPageCount()).toBe(1);
      const text = document.getPage(0).getText();
      document.destroy();
      // Where right and left meet, and where points stand over letters, every reader puts the pieces together its own way.
      if (/[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(name)) continue;
      expect(squeeze(text)).toContain(squeeze(name));
    }
    pdfium.destroy();
  }, 120_000);

  it('give the same bytes in another process, another order, another time zone and language', async () => {
    const contents = ['丁立人', 'নিয়াজ মোরশেদ', 'دكتور John محمد 2026', 'Team 🐉 Dragons'].map(certificateOf);
    const here = run('render-once.mjs', { contents, config }, { TZ: 'UTC', LANG: 'C' }, '--images');
    const there = run(
      'render-once.mjs',
      { contents: [...contents].reverse(), config },
      { TZ: 'Asia/Dhaka', LANG: 'bn_BD.UTF-8', LC_ALL: 'bn_BD.UTF-8' },
      '--images',
    );
    expect(there).toEqual(here);
  }, 120_000);
});

function squeeze(text: string): string {
  return text.normalize('NFC').replace(/[\s\u200b-\u200f\ufe0f\u{e0100}]/gu, '');
}
