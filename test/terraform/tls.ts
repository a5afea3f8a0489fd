import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../services/index.js';
import { requirePrograms } from '../services/packages.js';

/** A certificate for 127.0.0.1 that signs itself, for a server that has to be spoken to by HTTPS. */
export async function selfSigned(): Promise<{ certificate: string; key: string }> {
  const { openssl } = await requirePrograms(['openssl'], ['openssl']);
  const folder = temporaryFolder('tls');
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  await promisify(execFile)(openssl, [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', files.key, '-out', files.certificate],
  ]);
  return files;
}
