import { createHash } from 'node:crypto';

export interface CertificateJson {
  id: string;
  participant_id: string;
  user_id: string | null;
  display_name: string;
  certificate_type: string;
  placement: number | null;
  verification_code: string;
  verification_url: string;
  certificate_hash: string;
  files: { format: 'pdf' | 'png'; sha256: string; size: number; location: string }[];
}

export interface Downloaded {
  status: number;
  bytes: Buffer;
  sha256: string;
}

/** The service's HTTP interface, called as anybody would call it. */
export class ApiClient {
  constructor(
    private readonly site: string,
    private readonly token: (userId: string, staff?: boolean) => Promise<string>,
  ) {}

  /** Calls as staff. @throws Error with the problem's sentence unless the status is one of the expected */
  async call<T>(method: string, path: string, body: unknown, expected: number[]): Promise<T> {
    const answer = await fetch(new URL(path, this.site), {
      method,
      headers: {
        authorization: `Bearer ${await this.token('demo-staff', true)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!expected.includes(answer.status))
      throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** Downloads as this user: by the redirect, or through the service where the address in it does not answer. */
  async download(id: string, format: string, userId: string): Promise<Downloaded> {
    const url = new URL(`/api/tournaments/certificates/${id}/download/?format=${format}`, this.site);
    const options = { headers: { authorization: `Bearer ${await this.token(userId)}` } };
    const answer = await fetch(url, options).catch(() => fetch(`${url.href}&delivery=proxy`, options));
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  /** Verifies as the public does: without a token. */
  async verify(
    code: string,
  ): Promise<{ valid: boolean; revoked: boolean; participant_display_name: string | null }> {
    const answer = await fetch(new URL(`/api/tournaments/certificates/verify/${code}/`, this.site));
    return (await answer.json()) as {
      valid: boolean;
      revoked: boolean;
      participant_display_name: string | null;
    };
  }

  async ready(): Promise<boolean> {
    const answer = await fetch(new URL('/health/ready', this.site));
    await answer.body?.cancel();
    return answer.ok;
  }

  /** The value of an unlabelled metric. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(new URL('/metrics', this.site))).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  }
}
