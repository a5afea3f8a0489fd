/** The outcome of a deletion that the operator confirmed. */
export interface Deletion {
  bucket: string;
  deleted: number;
  markers: number;
  uploadsAborted: number;
  bucketDeleted: boolean;
  /** Per object: S3 refused. */
  failures: { key: string; version: string; error: string }[];
  /** Why the deletion ended early; what was deleted before stays deleted. */
  stopped: string | undefined;
}
