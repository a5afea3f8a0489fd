import type { S3Client } from '@aws-sdk/client-s3';

/** S3 refuses requests signed 15 minutes early or late; from 4 minutes on, the SDK repeats a refused one. */
const OFF_MS = 4 * 60_000;

/** Maintains the SDK client's offset to the server's clock, by which it and we sign. */
export class ServerClock {
  constructor(private readonly config: S3Client['config']) {}

  now(): Date {
    return new Date(Date.now() + this.config.systemClockOffset);
  }

  /**
   * Takes the time from an answer's headers.
   * @returns true if the request was signed by a wrong clock, and another one would not be
   */
  hear({ date, age }: { date?: string; age?: string }, signedAt: Date): boolean {
    const told = Date.parse(date ?? '');
    if (Number.isNaN(told) || age !== undefined) return false;
    this.config.systemClockOffset = told - Date.now();
    return Math.abs(told - signedAt.getTime()) >= OFF_MS;
  }
}
