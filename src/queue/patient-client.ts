import pg from 'pg';

/**
 * A connection whose every failure to come about reads as a refused one. BullMQ's workers wait between their tries after
 * an error that says ECONNREFUSED, and after no other: behind a proxy that resets connections, or while a server starts
 * up, they would try thousands of times a second.
 * Source: `isNotConnectionError` and `Worker.retryIfFailed` of bullmq 6.7.
 */
export class PatientClient extends pg.Client {
  override connect(): Promise<pg.Client>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<pg.Client> | undefined {
    if (!callback) return super.connect().catch((error: Error) => Promise.reject(refused(error)));
    super.connect((error: Error | null) => callback((error && refused(error)) as Error));
    return undefined;
  }
}

function refused(cause: Error): Error {
  return Object.assign(new Error(cause.message, { cause }), { code: 'ECONNREFUSED' });
}
