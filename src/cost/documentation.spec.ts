import { readFileSync } from 'node:fs';
import { type CostOptions, estimate } from './estimate.js';
import { GIB, KIB, PRICES } from './prices.js';

/** Figures in docs/costs.md, worked out anew. */
const DEFAULTS: CostOptions = {
  ...{ certificatesPerMonth: 1000, pdfKib: 31, pngKib: 211, downloads: 3, months: 84 },
  ...{ infrequentAccessDays: 90, archiveDays: 365, expirationDays: 2555 },
  archiveClass: 'GLACIER',
  moveSmallFiles: false,
};
const usual = estimate(DEFAULTS);
const instant = estimate({ ...DEFAULTS, archiveClass: 'GLACIER_IR' });
const million = estimate({ ...DEFAULTS, certificatesPerMonth: 1_000_000 });
const oneYear = estimate({ ...DEFAULTS, expirationDays: 730 });
const [pdf, png] = usual.files;
const imageInstant = instant.files[1]?.moves[1]?.savedPerMillion ?? 0;
const imageGlacier = png?.moves[1]?.savedPerMillion ?? 0;

const kib = (bytes: number | undefined) => `${Math.ceil((bytes ?? 0) / KIB)} KiB`;
const dollars = (amount: number) => `${Math.round(amount)} dollars`;

const text = readFileSync('docs/costs.md', 'utf8').replace(/\s+/g, ' ');

it.each([
  `of ${PRICES.region} on ${PRICES.date}`,
  `| everything in Standard | ${usual.withoutLifecycle.total.toFixed(2)} |`,
  `| with the default rules (\`GLACIER\`) | ${usual.withLifecycle.total.toFixed(2)} |`,
  `| with \`archive_storage_class = "GLACIER_IR"\` | ${instant.withLifecycle.total.toFixed(2)} |`,
  `pay ${dollars(million.withLifecycle.transfer)} for it, of ` +
    `${million.withoutLifecycle.total.toFixed(0)} without the rules and ${million.withLifecycle.total.toFixed(0)} with them`,
  `Between day 90 and day 365 it pays from ${kib(pdf?.moves[0]?.breakEvenBytes)}`,
  `expiry it pays from ${kib(pdf?.moves[1]?.breakEvenBytes)}, over one year from ${kib(oneYear.files[0]?.moves[1]?.breakEvenBytes)}`,
  `it pays for PDFs from ${kib(pdf?.moves[1]?.breakEvenBytes)}`,
  `${dollars(imageInstant - imageGlacier)} per million files over six years`,
  `a million 31 KiB PDFs would cost ${dollars(-(pdf?.moves[1]?.savedPerMillion ?? 0))} more in GLACIER`,
])('docs/costs.md says: %s', (figure) => {
  expect(text).toContain(figure);
});

it('docs/costs.md says that four reads of an image cost what GLACIER_IR saves', () => {
  const reads = (imageInstant - imageGlacier) / 1_000_000 / ((0.03 * 211 * KIB) / GIB);
  expect(Math.round(reads)).toBe(4);
  expect(text).toContain('about what reading each of them four times costs');
});
