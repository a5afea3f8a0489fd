/** Items read from the database at a time, unless the operator says otherwise. */
export const BATCH_SIZE = 500;

/** Items in flight, unless the operator says otherwise: enough to keep S3 busy while each waits for its answer. */
export const CONCURRENCY = 32;
