// What a store that ran on disk for years looks like: files under MEDIA_ROOT, and a row for each.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @param sizes least and most, bytes @returns bytes in all */
export async function seed(pool, mediaRoot, count, [least, most]) {
  const issued = new Date('2024-05-06T07:08:09Z');
  const files = Array.from({ length: count }, () => {
    const key = `pdf/2024/05/${randomUUID()}.pdf`;
    const bytes = randomBytes(least + Math.floor(Math.random() * (most - least)));
    mkdirSync(dirname(join(mediaRoot, key)), { recursive: true });
    writeFileSync(join(mediaRoot, key), bytes);
    return { key, id: randomUUID(), size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  const column = (name) => files.map((file) => file[name]);
  await pool.query(
    `INSERT INTO tournaments (id, name, organizer_id, status, updated_at) VALUES (1, 'Bench', 'o', 'completed', now())`,
  );
  await pool.query(
    `INSERT INTO certificates (id, tournament_id, participant_id, display_name, certificate_type, language,
       verification_code, certificate_hash, generated_at)
     SELECT id, 1, id, 'Someone', 'participant', 'en', gen_random_uuid(), hash, $1
     FROM unnest($2::uuid[], $3::text[]) AS new(id, hash)`,
    [issued, column('id'), column('sha256')],
  );
  await pool.query(
    `INSERT INTO certificate_files (key, certificate_id, format, content_type, size, sha256, stored_locally_at)
     SELECT key, id, 'pdf', 'application/pdf', size, hash, now()
     FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[]) AS new(key, id, size, hash)`,
    [column('key'), column('id'), column('size'), column('sha256')],
  );
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** As if nothing had been moved yet. */
export async function forgetCopies(pool) {
  await pool.query('UPDATE certificate_files SET migrated_to_s3_at = NULL, s3_etag = NULL, s3_version_id = NULL');
}

export async function countCopies(pool) {
  const { rows } = await pool.query('SELECT count(*)::int AS n FROM certificate_files WHERE migrated_to_s3_at IS NOT NULL');
  return rows[0].n;
}
