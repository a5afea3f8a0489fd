import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, installPackages } from './packages.js';
import { temporaryFolder } from './run-folder.js';
import { freePort, ServerProcess } from './server-process.js';
import { shared } from './shared.js';

const run = promisify(execFile);
const MOTO = 'moto[server,all]==5.2.1';
const VENV = resolve('node_modules/.cache/moto');

export interface MotoFacts {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  accountId: string;
}

export interface PrivateMoto extends MotoFacts {
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/**
 * Starts moto, which imitates AWS, with the amendments in `moto_plus/`. All it holds is in its memory.
 * @param tls files of a certificate and its key: then it speaks HTTPS, as a bucket policy may demand
 */
export async function startMoto({
  folder = temporaryFolder('moto'),
  tls,
}: {
  folder?: string;
  tls?: { certificate: string; key: string };
} = {}): Promise<PrivateMoto> {
  const python = await pythonWithMoto();
  const port = await freePort();
  const endpoint = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const server = ServerProcess.start(
    'moto',
    folder,
    [
      ...[python, resolve('test/services/moto_plus'), '-H', '127.0.0.1', '-p', String(port)],
      ...(tls ? ['-s', '-c', tls.certificate, '-k', tls.key] : []),
    ],
    { MOTO_PLUS_KEYS: 'test=test', PYTHONDONTWRITEBYTECODE: '1' },
  );
  await server.untilReady(() => answers(`${endpoint}/moto-api/data.json`));
  return {
    ...{ endpoint, accessKey: 'test', secretKey: 'test', accountId: '123456789012' },
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    stop: () => server.stop(),
  };
}

/** By node:https, because fetch cannot be told to accept the tests' own certificate. */
function answers(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const get = url.startsWith('https:') ? httpsGet : httpGet;
    get(url, { rejectUnauthorized: false }, (response) => resolve(response.resume())).on('error', reject);
  });
}

/** A Python that has moto, and with it botocore: the machine's, or one of the project's own. */
export async function pythonWithMoto(): Promise<string> {
  const own = join(VENV, 'bin/python');
  for (const python of [findProgram('python3'), existsSync(own) ? own : undefined]) {
    if (python && (await hasMoto(python))) return python;
  }
  await shared('moto-install', async () => {
    if (!findProgram('python3') || !(await hasVenv())) await installPackages(['python3', 'python3-venv']);
    mkdirSync(VENV, { recursive: true });
    try {
      await run('python3', ['-m', 'venv', VENV]);
      await run(own, ['-m', 'pip', 'install', '--quiet', MOTO], { maxBuffer: 64 << 20 });
    } catch (cause) {
      throw new Error(`The tests need moto. Install: pip install '${MOTO}'. ${(cause as Error).message}`, {
        cause,
      });
    }
    return {};
  });
  return own;
}

function hasMoto(python: string): Promise<boolean> {
  return run(python, ['-c', 'import moto.server']).then(
    () => true,
    () => false,
  );
}

function hasVenv(): Promise<boolean> {
  return run('python3', ['-c', 'import ensurepip']).then(
    () => true,
    () => false,
  );
}
