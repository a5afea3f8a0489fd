/**
 * Where an object version stands, and which way it may go. The table below is also in the state file, where a trigger
 * refuses every change that is not in it.
 */
export const OBJECT_STATES = [
  /** To be copied. */
  'pending',
  /** To be copied, but in an archive class: a restore must be asked for first. */
  'archived',
  /** Its restore is asked for. */
  'restoring',
  /** On disk, whole and durable, compared with S3's own checksum as far as there is one. */
  'copied',
  /** Read back from disk and found right. */
  'verified',
  /** Not copied, or found wrong on disk; `error` says why. What S3 has no more is `kept` or `deleted` instead. */
  'failed',
  /** Gone from the bucket, not by us; its copy stays. Where that was found wrong on disk, `error` says so. */
  'kept',
  /** Deleted from the bucket by us after it was verified; its copy stays, `error` as above. */
  'deleted',
  /** A delete marker: there is nothing to copy, and a deletion of the bucket takes it along. */
  'marker',
] as const;

export type ObjectState = (typeof OBJECT_STATES)[number];

/** From → to → why. */
export const TRANSITIONS: Record<ObjectState, Partial<Record<ObjectState, string>>> = {
  pending: {
    copied: 'fetched, compared and placed',
    verified: 'fetched, compared by reading the file, and placed',
    failed: 'could not be copied',
    archived: 'S3 says it is archived, or it moved to an archive class since',
    kept: 'gone from the bucket, but an earlier copy is there',
  },
  archived: {
    restoring: 'restore requested or already running',
    pending: 'readable after all, or changed in the bucket',
    verified: 'an earlier copy is right',
    failed: 'the restore was refused, or an earlier copy is wrong',
    kept: 'gone from the bucket, but an earlier copy is there',
  },
  restoring: {
    pending: 'restored, or changed in the bucket',
    archived: 'the restore ended before the copy was made: ask again',
    verified: 'an earlier copy is right',
    failed: 'the restore failed, or an earlier copy is wrong',
    kept: 'gone from the bucket, but an earlier copy is there',
  },
  copied: {
    verified: 'read back and right',
    failed: 'missing or wrong on disk',
    pending: 'changed in the bucket',
    archived: 'changed in the bucket, to an archive class',
    kept: 'gone from the bucket',
    deleted: 'found gone from the bucket after we asked for its deletion',
  },
  verified: {
    copied: 'verified again',
    failed: 'missing or wrong on disk',
    pending: 'changed in the bucket',
    archived: 'changed in the bucket, to an archive class',
    kept: 'gone from the bucket',
    deleted: 'deleted by us',
  },
  failed: {
    pending: 'tried again, or changed in the bucket',
    archived: 'tried again, in an archive class',
    verified: 'read back and right after all',
    kept: 'gone from the bucket, but an earlier copy is there',
  },
  kept: {
    pending: 'back in the bucket',
    archived: 'back in the bucket, in an archive class',
  },
  deleted: {
    pending: 'back in the bucket',
    archived: 'back in the bucket, in an archive class',
  },
  marker: {},
};
