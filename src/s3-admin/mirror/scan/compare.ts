import type { ListedObject, NewObject, ObjectRow } from '../../state/object-row.js';
import type { ObjectState } from '../../state/object-states.js';
import type { ColumnValues } from '../../state/column-values.js';

export type Change =
  | ({ kind: 'insert' } & NewObject)
  | {
      kind: 'update';
      row: ObjectRow;
      set: ColumnValues;
      reason: 'changed' | 'class' | 'gone' | 'latest' | 'aside';
    }
  | { kind: 'remove'; row: ObjectRow };

/** Classes whose objects can't be read before a restore. Intelligent-Tiering hides its archive tiers: a GET tells. */
export const ARCHIVE_CLASSES: ReadonlySet<string | undefined> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** It was copied once, and nothing says that the file is another object's by now; it may have been found wrong. */
const hasCopy = ({ proof }: ObjectRow): boolean => proof !== '';

/**
 * Compares a complete listing of some keys with the state.
 *
 * | state has | bucket has | then |
 * |---|---|---|
 * | nothing | an object | add it, to be copied |
 * | nothing | a delete marker | add it |
 * | it | the same | leave it, with all that is known of it |
 * | it | another ETag, size or time | to be copied again; what was proved of the old bytes is forgotten |
 * | the copy of one that was gone | another content under its name | set the copy aside under a version of its own; add the object |
 * | the copy of a null version | a null delete marker, as suspended versioning leaves | the same, and keep the copy; add the marker |
 * | a null delete marker | a null version | forget the marker; add the object |
 * | it, not copied yet | another storage class | to be restored first, or no longer |
 * | it, copied | another storage class | note the class |
 * | it as current | it as an older version | its copy moves to the older version's name; and the other way round |
 * | a copy | nothing | keep the copy |
 * | it, not copied | nothing | forget it |
 */
export function compare(rows: ObjectRow[], listed: ListedObject[]): Change[] {
  const known = new Map(rows.map((row) => [id(row), row]));
  const changes: Change[] = [];
  const current = new Map<string, string>();
  for (const object of listed) {
    if (object.latest && !object.marker) current.set(object.key, object.version);
    const row = known.get(id(object));
    known.delete(id(object));
    if (!row) changes.push({ kind: 'insert', object, state: initialState(object) });
    else changes.push(...compareOne(row, object));
  }
  for (const row of known.values()) changes.push(...missing(row, current.get(row.key)));
  return changes;
}

function compareOne(row: ObjectRow, object: ListedObject): Change[] {
  if (object.marker !== (row.state === 'marker')) return replaced(row, object);
  if (object.marker) {
    return row.latest === object.latest
      ? []
      : [{ kind: 'update', row, set: { latest: Number(object.latest) }, reason: 'latest' }];
  }
  const latest = row.latest === object.latest ? {} : moved(row, object.latest);
  const back = row.state === 'kept' || row.state === 'deleted';
  if (back && (row.etag !== object.etag || row.size !== object.size)) {
    return replaced(row, object);
  }
  if (back || row.etag !== object.etag || row.size !== object.size || row.modified !== object.modified) {
    const set: ColumnValues = {
      state: initialState(object),
      size: object.size,
      modified: object.modified,
      etag: object.etag,
      storage_class: object.storageClass,
      ...{ parts: null, checksums: null, proof: '', sha256: null, error: null },
      ...latest,
    };
    return [{ kind: 'update', row, set, reason: 'changed' }];
  }
  if (row.storageClass !== object.storageClass) {
    const waiting = row.state === 'pending' || row.state === 'archived' || row.state === 'restoring';
    const set: ColumnValues = { storage_class: object.storageClass, ...latest };
    return [
      {
        kind: 'update',
        row,
        set: waiting ? { ...set, state: initialState(object) } : set,
        reason: 'class',
      },
    ];
  }
  return row.latest === object.latest ? [] : [{ kind: 'update', row, set: latest, reason: 'latest' }];
}

/** The bucket has something else under the same version id. A copy is the only one there is. */
function replaced(row: ObjectRow, object: ListedObject): Change[] {
  const insert: Change = { kind: 'insert', object, state: initialState(object) };
  if (!hasCopy(row)) return [{ kind: 'remove', row }, insert];
  const set: ColumnValues = {
    version: `${row.version}-${row.etag}-${row.modified}`,
    ...(row.state !== 'deleted' && { state: 'kept' }),
    ...moved(row, false),
  };
  return [{ kind: 'update', row, set, reason: 'aside' }, insert];
}

function missing(row: ObjectRow, currentVersion: string | undefined): Change[] {
  if (!hasCopy(row)) return [{ kind: 'remove', row }];
  // Another version is the current one now: its copy needs the key's plain name.
  const latest =
    row.latest && currentVersion !== undefined && currentVersion !== row.version
      ? moved(row, false)
      : undefined;
  if (row.state === 'kept' || row.state === 'deleted') {
    return latest ? [{ kind: 'update', row, set: latest, reason: 'latest' }] : [];
  }
  return [{ kind: 'update', row, set: { state: 'kept', ...latest }, reason: 'gone' }];
}

/** `moving_from` gets its value, the path the copy has now, from whoever knows how names are written. */
function moved(row: ObjectRow, latest: boolean): ColumnValues {
  const flip: ColumnValues = { latest: Number(latest) };
  return hasCopy(row) && row.movingFrom === null ? { ...flip, moving_from: '' } : flip;
}

function initialState(object: ListedObject): ObjectState {
  if (object.marker) return 'marker';
  return ARCHIVE_CLASSES.has(object.storageClass) ? 'archived' : 'pending';
}

function id({ key, version }: { key: string; version: string }): string {
  return `${version}\0${key}`;
}
