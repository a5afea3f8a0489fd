import pg from 'pg';

/**
 * A connection that reports every failure to connect as a refusal. BullMQ's workers wait between their tries after
 * ECONNREFUSED, and after no other error: behind a proxy that resets connections, or while a server starts
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
