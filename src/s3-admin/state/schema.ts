import { TRANSITIONS } from './object-states.js';

/** `application_id` of a state file, so that another program's SQLite file is never taken for one. "s3mi" */
export const APPLICATION_ID = 0x73336d69;

/**
 * The state file, version by version; `user_version` counts those applied.
 *
 * Keys are BLOBs: SQLite then sorts them as S3 does (by UTF-8 bytes), and a key with a NUL in it comes back whole.
 * `objects` has no rowid and no second index: a hundred million rows stay as small as they can be, and every walk goes
 * along the primary key. `tallies` is kept right by triggers, so counting never reads `objects`.
 */
export const MIGRATIONS: string[] = [
  `
CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE buckets (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at INTEGER,
  versioning TEXT NOT NULL DEFAULT '',  -- '', Enabled or Suspended, as S3 says
  scan_round INTEGER NOT NULL DEFAULT 0, -- the round whose listing is complete
  scanned_at INTEGER,                    -- when that listing began
  verified_at INTEGER,                   -- when every copy was last read back with nothing wrong or missing
  extra_files INTEGER NOT NULL DEFAULT 0, -- files below its folder that no object accounts for, at the last verify
  extra_bytes INTEGER NOT NULL DEFAULT 0,
  gone_at INTEGER,                       -- no longer in the account
  deleted_at INTEGER,                    -- emptied by us
  error TEXT
);

-- Listings under way: keys after \`after_key\` up to and with \`until_key\`; NULL is the bucket's start or end.
CREATE TABLE scan_ranges (
  id INTEGER PRIMARY KEY,
  bucket_id INTEGER NOT NULL,
  after_key BLOB,
  until_key BLOB
);

CREATE TABLE objects (
  bucket_id INTEGER NOT NULL,
  key BLOB NOT NULL,
  version TEXT NOT NULL,                 -- 'null' where the bucket was never versioned
  state TEXT NOT NULL,
  latest INTEGER NOT NULL,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,             -- milliseconds
  etag TEXT NOT NULL,                    -- without quotes
  storage_class TEXT NOT NULL,
  path TEXT,                             -- below the bucket's folder; NULL: the plain name of the key
  moving_from TEXT,                      -- the copy lies here and belongs under its new name
  parts TEXT,                            -- part sizes of a multipart upload, as SIZExCOUNT+SIZE…
  checksums TEXT,                        -- S3's own, JSON
  proof TEXT NOT NULL DEFAULT '',        -- which of S3's values the bytes were compared with; 'none': there was none
  sha256 TEXT,                           -- of the copy, where S3 has nothing to compare
  encryption TEXT,
  content_type TEXT,
  metadata TEXT,                         -- user metadata and the standard headers, JSON
  error TEXT,                            -- CODE: detail
  restore_tier TEXT,
  restore_requested_at INTEGER,
  restore_until INTEGER,
  copied_at INTEGER,
  verified_at INTEGER,
  PRIMARY KEY (bucket_id, key, version)
) WITHOUT ROWID;

CREATE INDEX objects_moving ON objects (bucket_id, latest) WHERE moving_from IS NOT NULL;

-- Ranges of large objects that are on disk already; \`partial\` is the name of the partial file.
CREATE TABLE fetched_ranges (
  partial TEXT NOT NULL, part_size INTEGER NOT NULL, start INTEGER NOT NULL, PRIMARY KEY (partial, part_size, start)
) WITHOUT ROWID;

-- Spelling of every path handed out on a disk that is blind to letter case.
CREATE TABLE spellings (
  bucket_id INTEGER NOT NULL, folded TEXT NOT NULL, spelling TEXT NOT NULL, PRIMARY KEY (bucket_id, folded)
) WITHOUT ROWID;

CREATE TABLE transitions (
  "from" TEXT NOT NULL, "to" TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY ("from", "to")
) WITHOUT ROWID;

CREATE TABLE tallies (
  bucket_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  storage_class TEXT NOT NULL,
  proof TEXT NOT NULL,
  latest INTEGER NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (bucket_id, state, storage_class, proof, latest)
) WITHOUT ROWID;

CREATE TRIGGER objects_state BEFORE UPDATE OF state ON objects
WHEN NEW.state <> OLD.state
  AND NOT EXISTS (SELECT 1 FROM transitions WHERE "from" = OLD.state AND "to" = NEW.state)
BEGIN SELECT RAISE(ABORT, 'illegal change of an object''s state'); END;

CREATE TRIGGER objects_added AFTER INSERT ON objects BEGIN
  INSERT INTO tallies VALUES (NEW.bucket_id, NEW.state, NEW.storage_class, NEW.proof, NEW.latest, 1, NEW.size)
  ON CONFLICT DO UPDATE SET files = files + 1, bytes = bytes + NEW.size;
END;

CREATE TRIGGER objects_removed AFTER DELETE ON objects BEGIN
  UPDATE tallies SET files = files - 1, bytes = bytes - OLD.size
  WHERE bucket_id = OLD.bucket_id AND state = OLD.state AND storage_class = OLD.storage_class
    AND proof = OLD.proof AND latest = OLD.latest;
END;

CREATE TRIGGER objects_changed AFTER UPDATE OF state, storage_class, proof, latest, size ON objects BEGIN
  UPDATE tallies SET files = files - 1, bytes = bytes - OLD.size
  WHERE bucket_id = OLD.bucket_id AND state = OLD.state AND storage_class = OLD.storage_class
    AND proof = OLD.proof AND latest = OLD.latest;
  INSERT INTO tallies VALUES (NEW.bucket_id, NEW.state, NEW.storage_class, NEW.proof, NEW.latest, 1, NEW.size)
  ON CONFLICT DO UPDATE SET files = files + 1, bytes = bytes + NEW.size;
END;

-- For people with a SQLite shell.
CREATE VIEW object_list AS
  SELECT buckets.name AS bucket, CAST(key AS TEXT) AS object, objects.* FROM objects JOIN buckets ON buckets.id = bucket_id;
`,
  `
-- Copies found wrong of what S3 has no more; few, or none.
CREATE INDEX objects_wrong ON objects (bucket_id) WHERE error IS NOT NULL AND state IN ('kept', 'deleted');
`,
  `
-- Change time (ctime) of the copy's file when it was verified, milliseconds; NULL: by a version that did not look.
ALTER TABLE objects ADD COLUMN file_changed INTEGER;
`,
];

/** Rows of the table of transitions. */
export function transitionRows(): [from: string, to: string, reason: string][] {
  return Object.entries(TRANSITIONS).flatMap(([from, targets]) =>
    Object.entries(targets).map(([to, reason]): [string, string, string] => [from, to, reason]),
  );
}
