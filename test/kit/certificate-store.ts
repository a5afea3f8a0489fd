import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { type Config, loadConfig } from '../../src/config/config.js';
import { type Database, openDatabase } from '../../src/database/database.js';
import { makeKey, type StorageKey } from '../../src/storage/storage-key.js';
import { type S3Server, TestBucket } from '../contracts/s3-buckets.js';
import { services, temporaryFolder } from '../services/index.js';

export interface SeededFile {
  key: StorageKey;
  certificateId: string;
  bytes: Buffer;
}

/** A database, a folder and a bucket with certificates whose files are random PDFs; rows as issuing leaves them. */
export class CertificateStore {
  private constructor(
    readonly folder: string,
    readonly bucket: TestBucket,
    readonly env: Record<string, string>,
    readonly config: Config,
    readonly database: Database,
  ) {}

  /**
   * @param options.server where the bucket is; the shared gateway unless told otherwise
   * @param options.endpoint what the service is told instead of the server's own, such as a proxy's
   */
  static async create(
    options: { server?: S3Server; endpoint?: string; versioned?: boolean; env?: Record<string, string> } = {},
  ): Promise<CertificateStore> {
    const folder = temporaryFolder('store');
    const server = options.server ?? (await services.radosgw());
    const bucket = await TestBucket.on(server, { versioned: options.versioned ?? false });
    const env = {
      NODE_ENV: 'test',
      DATA_DIR: join(folder, 'data'),
      MEDIA_ROOT: join(folder, 'media'),
      DATABASE_URL: await services.postgres(),
      AWS_STORAGE_BUCKET_NAME: bucket.name,
      AWS_S3_ENDPOINT_URL: options.endpoint ?? server.endpoint,
      AWS_ACCESS_KEY_ID: server.accessKey,
      AWS_SECRET_ACCESS_KEY: server.secretKey,
      LOG_LEVEL: 'warn',
      ...options.env,
    };
    const config = loadConfig(env);
    return new CertificateStore(folder, bucket, env, config, await openDatabase(config));
  }

  get pool(): pg.Pool {
    return this.database.pool;
  }

  pathOf(key: string): string {
    return join(this.config.storage.mediaRoot, key);
  }

  read(key: string): Buffer {
    return readFileSync(this.pathOf(key));
  }

  overwrite(key: string, bytes: Buffer): void {
    writeFileSync(this.pathOf(key), bytes);
  }

  loseLocal(key: string): void {
    rmSync(this.pathOf(key));
  }

  /** Certificates of one PDF each, in local storage. @param options.sizes smallest and largest, bytes */
  async seed(
    count: number,
    options: { tournamentId?: number; sizes?: [number, number] } = {},
  ): Promise<SeededFile[]> {
    const { tournamentId = 1, sizes: [least, most] = [200, 2000] } = options;
    const issued = new Date('2024-05-06T07:08:09Z');
    const files = Array.from({ length: count }, () => {
      const bytes = aPdf(least + Math.floor(Math.random() * (most - least)));
      return { key: makeKey('pdf', issued), certificateId: randomUUID(), bytes };
    });
    for (const { key, bytes } of files) {
      mkdirSync(dirname(this.pathOf(key)), { recursive: true });
      writeFileSync(this.pathOf(key), bytes);
    }
    await this.pool.query(
      `INSERT INTO tournaments (id, name, organizer_id, status, updated_at) VALUES ($1, 'Candidates', 'o', 'completed', now())
       ON CONFLICT DO NOTHING`,
      [tournamentId],
    );
    const hashes = files.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));
    const ids = files.map((file) => file.certificateId);
    await this.pool.query(
      `INSERT INTO certificates (id, tournament_id, participant_id, display_name, certificate_type, language,
         verification_code, certificate_hash, generated_at)
       SELECT id, $1, id, 'Judit Polgár', 'participant', 'en', gen_random_uuid(), hash, $2
       FROM unnest($3::uuid[], $4::text[]) AS new(id, hash)`,
      [tournamentId, issued, ids, hashes],
    );
    await this.pool.query(
      `INSERT INTO certificate_files (key, certificate_id, format, content_type, size, sha256, stored_locally_at)
       SELECT key, id, 'pdf', 'application/pdf', size, hash, now()
       FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[]) AS new(key, id, size, hash)`,
      [files.map((file) => file.key), ids, files.map((file) => file.bytes.length), hashes],
    );
    return files;
  }

  async rows(): Promise<Map<string, Record<string, unknown>>> {
    const { rows } = await this.pool.query<Record<string, unknown> & { key: string }>(
      'SELECT * FROM certificate_files',
    );
    return new Map(rows.map((row) => [row.key, row]));
  }

  async close(): Promise<void> {
    await this.database.close();
  }
}

/** An empty page, made unlike any other, and about this long, by a comment of random letters. */
export function aPdf(size: number): Buffer {
  const body = `1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;
  const padding = randomBytes(Math.max(16, Math.ceil((size - body.length) / 2))).toString('hex');
  return Buffer.from(`%PDF-1.4\n%${padding}\n${body}`);
}
