import type { S3Client } from '@aws-sdk/client-s3';

/** S3 refuses requests signed 15 minutes early or late; the SDK makes a refused one again from 4 minutes on. */
const OFF_MS = 4 * 60_000;

/** Keeps the SDK client's account of the server's clock, by which it signs, and so do we. */
export class ServerClock {
  constructor(private readonly config: S3Client['config']) {}

  now(): Date {
    return new Date(Date.now() + this.config.systemClockOffset);
  }

  /**
   * Takes the time from an answer's headers.
   * @returns true where the request was signed by a wrong clock, and another one would not be
   */
  hear({ date, age }: { date?: string; age?: string }, signedAt: Date): boolean {
    const told = Date.parse(date ?? '');
    if (Number.isNaN(told) || age !== undefined) return false;
    this.config.systemClockOffset = told - Date.now();
    return Math.abs(told - signedAt.getTime()) >= OFF_MS;
  }
}
