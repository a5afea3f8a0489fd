import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CertificateStore, type SeededFile } from '../../kit/certificate-store.js';
import { OperatorCommand } from '../../kit/operator-command.js';
import { FaultProxy, services } from '../../services/index.js';

const CLI = `'${process.execPath}' '${join(__dirname, '../../../dist/cli.js')}'`;

let proxy: FaultProxy;
let store: CertificateStore;
let files: SeededFile[];

beforeAll(async () => {
  const { endpoint } = await services.radosgw();
  proxy = await FaultProxy.to(endpoint);
  store = await CertificateStore.create({ endpoint: proxy.url(endpoint) });
  files = await store.seed(160);
  await OperatorCommand.run(['migrate'], store.folder, store.env);
}, 120_000);
afterAll(async () => {
  await store.close();
  await proxy.close();
});

function sh(command: string[]) {
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: store.folder,
    env: { ...process.env, ...store.env },
  });
  const output = { text: '' };
  const more = (chunk: Buffer): void => void (output.text += chunk.toString());
  child.stdout.on('data', more);
  child.stderr.on('data', more);
  return { child, output, ended: new Promise<number | null>((resolve) => child.once('close', resolve)) };
}

describe('retire:certs -- --execute, asking on a terminal', () => {
  it.each([
    ['n', 'n\r', 2],
    ['Enter', '\r', 2],
    ['the end of input', '\x04', 2],
    ['Ctrl-C', '\x03', 130],
  ])('takes %s for no', async (_, key, expected) => {
    const command = `${CLI} retire --execute --older-than-days 0`;
    const { child, output, ended } = sh(['script', '--quiet', '--return', '--command', command, '/dev/null']);
    let asked = false;
    child.stdout.on('data', () => {
      if (!asked && output.text.includes('[y/N]')) asked = child.stdin.write(key);
    });
    expect([await ended, output.text]).toEqual([
      expected,
      expect.stringMatching(/\nNothing was done\.\r\n$/),
    ]);
    for (const file of files) expect(existsSync(store.pathOf(file.key))).toBe(true);
  });
});

it('a reader that has had enough interrupts a command, without a stack trace', async () => {
  // Each file held back, so that the run is not over before its reader has gone.
  proxy.set({ kind: 'delay', ms: 500 });
  const command = `set -o pipefail; ${CLI} validate --all | head --lines=1`;
  const { output, ended } = sh(['bash', '-c', command]);
  expect([await ended, output.text]).toEqual([130, expect.stringMatching(/^\[SUCCESS\] valid: .*\n/)]);
  expect(output.text).not.toContain('EPIPE');
});

it('a full disk behind its output ends a command as Ctrl-C does, and is named', async () => {
  proxy.set({ kind: 'delay', ms: 500 });
  const { output, ended } = sh(['sh', '-c', `${CLI} validate --all >/dev/full`]);
  expect([await ended, output.text]).toEqual([130, expect.stringMatching(/can't be written: ENOSPC.*\n/)]);
  expect(output.text).not.toMatch(/^ +at /m);
  const { rows } = await store.pool.query(
    'SELECT state FROM migration_runs ORDER BY started_at DESC LIMIT 1',
  );
  expect(rows).toEqual([{ state: 'interrupted' }]);
});

it('a command goes on where nobody can see its progress any more', async () => {
  proxy.set({ kind: 'none' });
  store.loseLocal((files[0] as SeededFile).key);
  const { output, ended } = sh(['sh', '-c', `${CLI} validate --all --json 2>/dev/full`]);
  expect([await ended, output.text]).toEqual([1, expect.stringMatching(/"valid": 159/)]);
});
