import type { Database } from './database.js';
import { type ObjectRow, ROW_COLUMNS, toObjectRow } from './object-row.js';
import type { ObjectState } from './object-states.js';

/** Where a walk along the primary key stands: after this version of this key. */
interface Cursor {
  key: string;
  version: string;
}

const START: Cursor = { key: '', version: '' };

/** Rows that one step of a walk looks at. Bounds how long a walk over finished objects holds up everything else. */
const STEP = 20_000;

/**
 * Every row of a bucket in one of these states, in key order, a page at a time; rows may change while walking. It goes along the
 * primary key, so that nothing is held in memory.
 */
export function* walkObjects(
  database: Database,
  bucketId: number,
  states: readonly ObjectState[],
  pageSize: number,
): Generator<ObjectRow[]> {
  const list = states.map((state) => `'${state}'`).join(', ');
  const page = database.prepare(
    `SELECT ${ROW_COLUMNS} FROM objects
     WHERE bucket_id = ? AND (key, version) > (?, ?) AND (key, version) <= (?, ?) AND state IN (${list})
     ORDER BY key, version LIMIT ?`,
  );
  const stepEnd = database.prepare(
    `SELECT key, version FROM objects WHERE bucket_id = ? AND (key, version) > (?, ?) ORDER BY key, version LIMIT 1 OFFSET ${STEP - 1}`,
  );
  const last = database.prepare(
    'SELECT key, version FROM objects WHERE bucket_id = ? ORDER BY key DESC, version DESC LIMIT 1',
  );
  let from = START;
  for (;;) {
    const bounds = [bucketId, Buffer.from(from.key), from.version] as const;
    const end = (stepEnd.get([...bounds]) ?? last.get([bucketId])) as
      | { key: ArrayBuffer; version: string }
      | undefined;
    if (!end) return;
    for (;;) {
      const rows = page
        .all([bucketId, Buffer.from(from.key), from.version, Buffer.from(end.key), end.version, pageSize])
        .map(toObjectRow);
      if (rows.length > 0) yield rows;
      if (rows.length < pageSize) break;
      from = rows.at(-1) as ObjectRow;
    }
    const next = { key: Buffer.from(end.key).toString(), version: end.version };
    if (next.key === from.key && next.version === from.version) return;
    from = next;
  }
}
