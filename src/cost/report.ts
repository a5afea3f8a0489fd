import type { Estimate } from './estimate.js';
import type { MonthlyCost } from './monthly-cost.js';
import { KIB, type StorageClass } from './prices.js';
import type { Worth } from './worth.js';

const NAMES: Record<StorageClass, string> = {
  STANDARD: 'Standard',
  STANDARD_IA: 'Standard-IA',
  GLACIER: 'Glacier Flexible Retrieval',
  GLACIER_IR: 'Glacier Instant Retrieval',
};

/** The estimate for people. */
export function report(result: Estimate): string {
  const { prices, months, withoutLifecycle, withLifecycle } = result;
  const lines = [
    `One month's bill after ${months} months, in US dollars (list prices of ${prices.region}, ${prices.date})`,
    '',
    row('', 'files', 'GiB', 'USD'),
    ...bill('without moves', withoutLifecycle),
    '',
    ...bill('with lifecycle rules', withLifecycle),
    '',
    verdict(withoutLifecycle.total - withLifecycle.total),
    '',
    'Does a move pay? Against Standard for as long, the move itself counted:',
    ...result.files.flatMap(({ name, bytes, moves }) =>
      moves.map((move) => `  ${name}, ${Math.round(bytes / KIB)} KiB: ${moveLine(move)}`),
    ),
    '',
    `Prices are of ${prices.date} and may have changed: https://aws.amazon.com/s3/pricing/`,
  ];
  return `${lines.join('\n')}\n`;
}

function bill(title: string, cost: MonthlyCost): string[] {
  return [
    title,
    ...cost.storage.map(({ storageClass, files, gib, cost: dollars }) =>
      row(`  ${NAMES[storageClass]}`, Math.round(files).toLocaleString('en'), gib.toFixed(2), money(dollars)),
    ),
    row('  uploads', '', '', money(cost.requests.uploads)),
    row('  downloads', '', '', money(cost.requests.downloads)),
    row('  moves between classes', '', '', money(cost.requests.transitions)),
    row('  transfer to the internet', '', '', money(cost.transfer)),
    row('  total', '', '', money(cost.total)),
  ];
}

function row(name: string, files: string, gib: string, dollars: string): string {
  return `${name.padEnd(32)}${files.padStart(14)}${gib.padStart(12)}${dollars.padStart(12)}`.trimEnd();
}

function verdict(saved: number): string {
  return saved >= 0
    ? `The rules save ${money(saved)} a month.`
    : `The rules cost ${money(-saved)} a month more than they save.`;
}

function moveLine({
  storageClass,
  days,
  savedPerMillion,
  pays,
  breakEvenBytes,
  moved,
}: Worth & { moved: boolean }): string {
  const outcome = pays
    ? `saves ${money(savedPerMillion)} per million files in ${days} days`
    : `costs ${money(-savedPerMillion)} more per million files than it saves in ${days} days`;
  const from =
    breakEvenBytes === undefined
      ? 'never pays at these ages'
      : `pays from ${Math.ceil(breakEvenBytes / KIB)} KiB`;
  return `${NAMES[storageClass]} ${outcome} (${from})${moved ? '' : '; the rules leave it where it is'}`;
}

function money(dollars: number): string {
  return dollars.toFixed(dollars !== 0 && Math.abs(dollars) < 0.01 ? 4 : 2);
}
