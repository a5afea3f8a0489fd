import { randomBytes } from 'node:crypto';
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { S3Backend } from '../../src/storage/backends/s3/s3-backend.js';
import { bytesContent } from '../../src/storage/content.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { META } from '../contracts/storage-samples.js';
import { CertificateStore } from '../kit/certificate-store.js';
import { CompiledService } from '../kit/compiled-service.js';
import { OperatorCommand } from '../kit/operator-command.js';
import { type Asked, ScriptedServer, s3Error } from '../kit/scripted-server.js';
import { services } from '../services/index.js';

/**
 * Does everything that the service does with a bucket once, as the processes an operator runs, and listens on the wire
 * to what is asked of S3. On moto, which knows versions, archives and SSE-KMS.
 * @param env the encryption, as the service is told it
 */
export async function recordCalls(env: Record<string, string>): Promise<Asked[]> {
  const moto = await services.moto();
  const recorder = await ScriptedServer.before(moto.endpoint);
  const store = await CertificateStore.create({
    server: moto,
    endpoint: recorder.url,
    versioned: true,
    env: { AWS_S3_ARCHIVE_AFTER_DAYS: '0', ...env },
  });
  try {
    await moveThereAndBack(store);
    await uploadInParts(store, recorder);
    await serve(store);
    return recorder.asked;
  } finally {
    await store.close();
    await recorder.close();
  }
}

/** migrate, validate, retire into `_archive/`, restore. */
async function moveThereAndBack(store: CertificateStore): Promise<void> {
  await store.seed(3);
  await command(store, 'migrate');
  await command(store, 'validate', '--all');
  await command(store, 'retire', '--older-than-days', '0', '--archive', '--execute', '--yes');
  await command(store, 'restore');
}

async function command(store: CertificateStore, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await OperatorCommand.run([...args, '--json'], store.folder, store.env);
  if (code !== 0) throw new Error(`${args.join(' ')}: exit ${code}\n${stdout}${stderr}`);
}

/** A file too large for one request, one that fails half-way, and the sweep of what a crash leaves. */
async function uploadInParts({ config, bucket }: CertificateStore, recorder: ScriptedServer): Promise<void> {
  if (!config.storage.s3) throw new Error('there is a bucket');
  const { credentials } = bucket;
  const s3 = new S3Backend(config.storage.s3, { credentials, partSize: 5 << 20 });
  const file = () => bytesContent(randomBytes(6 << 20));
  await s3.put(makeKey('png', new Date()), file(), META);

  const isPart = (asked: Asked) => asked.query.has('partNumber');
  recorder.script = (asked) => (isPart(asked) ? s3Error(403, 'AccessDenied') : undefined);
  await s3.put(makeKey('pdf', new Date()), file(), META).catch(() => undefined);
  recorder.script = () => undefined;
  const unused = makeKey('pdf', new Date());
  await s3.put(unused, bytesContent(Buffer.from('of an issue that was killed')), META);
  await s3.delete(unused);
  await s3.sweep(new Date(Date.now() + 60_000));
}

/** Health, issue, download by redirect and by proxy, fetch from the archive, delete, erase. */
async function serve(store: CertificateStore): Promise<void> {
  const service = await CompiledService.at(`${store.folder}/service`, { ...store.env, WORKER: 'on' });
  await service.start({ USE_S3_FOR_CERTS: 'true' });
  try {
    await service.call('PUT', '/api/tournaments/9/', TOURNAMENT);
    const issued = await service.call('POST', '/api/tournaments/9/certificates/', RESULT);
    const { id } = (await issued.json()) as { id: string };
    const download = `/api/tournaments/certificates/${id}/download/`;
    for (const query of ['', '?format=png', '?delivery=proxy', '?format=png&delivery=proxy']) {
      await (await service.call('GET', download + query)).arrayBuffer();
    }
    for (const key of await keysOf(store, id)) await archive(store, key);
    const found = await service.call('GET', download);
    if (found.status !== 202) throw new Error(`an archived file was answered ${found.status}`);
    // All that there are: those that were retired have a copy in _archive/ too.
    await store.pool.query(`UPDATE certificates SET deleted_at = now() - interval '31 days'`);
    await command(store, 'erase', '--execute');
  } finally {
    await service.stop();
  }
}

const TOURNAMENT = {
  name: 'Candidates 2024',
  organizer_id: 'organizer',
  status: 'completed',
  completed_at: '2024-04-22T20:00:00Z',
};
const RESULT = {
  participant: { id: '1', user_id: 'owner', display_name: 'Judit Polgár' },
  certificate_type: 'winner',
};

async function keysOf(store: CertificateStore, id: string): Promise<string[]> {
  const sql = 'SELECT key FROM certificate_files WHERE certificate_id = $1';
  return (await store.pool.query<{ key: string }>(sql, [id])).rows.map(({ key }) => key);
}

/** What a lifecycle rule does to a file, done by an administrator. */
async function archive({ bucket }: CertificateStore, Key: string): Promise<void> {
  const CopySource = `${bucket.name}/${Key}`;
  await bucket.admin.send(
    new CopyObjectCommand({ Bucket: bucket.name, Key, CopySource, StorageClass: 'GLACIER' }),
  );
}
