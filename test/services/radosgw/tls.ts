import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Makes a certificate for localhost that is its own authority. `pem` holds it with its private key. */
export async function makeTls(folder: string): Promise<{ caFile: string; pem: string }> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const caFile = join(folder, 'ca.pem');
  const pem = join(folder, 'tls.pem');
  writeFileSync(caFile, made.cert);
  writeFileSync(pem, `${made.cert}\n${made.private}`, { mode: 0o600 });
  return { caFile, pem };
}
