import { createHmac } from 'node:crypto';

export interface SigningCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** A moment as Signature Version 4 writes it: `20240506T070809Z`; its first eight characters are the day. */
export function timestampOf(moment: Date): string {
  return moment.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** The key that signs all requests of a day to S3 in a region. */
export function signingKey(secretAccessKey: string, day: string, region: string): Buffer {
  return [day, region, 's3', 'aws4_request'].reduce(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}
