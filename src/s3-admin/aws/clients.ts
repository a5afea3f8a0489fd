import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { paginateListBuckets, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { VARIABLES } from '../../config/variables.js';
import { BucketRegions } from './bucket-regions.js';
import { readCaBundle } from './ca-bundle.js';
import { nameDenied } from './permissions.js';
import { ToolError } from '../tool-error.js';

const ANSWER_MS = 60_000;
const CONNECT_MS = 10_000;

export interface ClientsOptions {
  /** Connections per region; default 64. */
  maxSockets?: number;
  /** Tries in all per request, default 5. */
  maxAttempts?: number;
  /** Within which a call must begin to be answered, milliseconds; default a minute: a hung server is an error, not a wait. */
  timeout?: number;
}

export interface ListedBucket {
  name: string;
  createdAt: Date | undefined;
  account: string | undefined;
}

const ENDPOINT_VARIABLES = ['AWS_S3_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'] as const;

/**
 * S3 clients of one run: one per bucket region, made when first needed. A client bound to the wrong region fails with a
 * redirect that SDK v3 does not follow (aws-sdk-js-v3#1807). Credentials come from the SDK's own chain.
 */
export class Clients {
  /** Server to use instead of AWS's own, from the first of {@link ENDPOINT_VARIABLES} that is set. */
  readonly endpoint: string | undefined;
  private readonly pathStyle: boolean;
  private readonly byRegion = new Map<string, S3Client>();
  private readonly regions = new BucketRegions(
    () => this.homeRegion(),
    () => this.s3(),
  );
  /** The certificate authority of a server of one's own. */
  readonly ca: Buffer | undefined;
  private readonly agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent };
  private home: Promise<string> | undefined;

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly options: ClientsOptions = {},
  ) {
    const variable = ENDPOINT_VARIABLES.find((name) => env[name]);
    this.endpoint = variable && env[variable];
    if (this.endpoint && !(/^https?:\/\//.test(this.endpoint) && URL.canParse(this.endpoint))) {
      throw new ToolError(
        'bad_endpoint',
        `${variable}: got ${JSON.stringify(this.endpoint)}`,
        'set it to http://host:port or https://host:port',
      );
    }
    const style = VARIABLES.AWS_S3_ADDRESSING_STYLE.safeParse(env.AWS_S3_ADDRESSING_STYLE || undefined);
    if (!style.success) {
      throw new ToolError(
        'bad_addressing_style',
        `AWS_S3_ADDRESSING_STYLE: got ${JSON.stringify(env.AWS_S3_ADDRESSING_STYLE)}`,
        'set it to auto, path or virtual',
      );
    }
    this.pathStyle = style.data === 'auto' ? this.endpoint !== undefined : style.data === 'path';
    const common = { keepAlive: true, maxSockets: options.maxSockets ?? 64 };
    this.ca = readCaBundle(env.AWS_CA_BUNDLE);
    this.agents = {
      httpAgent: new HttpAgent(common),
      httpsAgent: new HttpsAgent({ ...common, ...(this.ca && { ca: this.ca }) }),
    };
  }

  /** Settings shared with the clients of other services (STS, IAM). */
  get connection(): Pick<S3ClientConfig, 'requestHandler' | 'maxAttempts'> {
    const { timeout = ANSWER_MS, maxAttempts = 5 } = this.options;
    return {
      maxAttempts,
      requestHandler: {
        ...this.agents,
        connectionTimeout: Math.min(CONNECT_MS, timeout),
        requestTimeout: timeout,
        throwOnRequestTimeout: true,
      },
    };
  }

  /** Region asked first; buckets may lie elsewhere. */
  homeRegion(): Promise<string> {
    const { AWS_S3_REGION_NAME, AWS_REGION, AWS_DEFAULT_REGION } = this.env;
    const named = AWS_S3_REGION_NAME || AWS_REGION || AWS_DEFAULT_REGION;
    if (named && !/^[\w-]+$/.test(named)) {
      const message = `AWS_S3_REGION_NAME (else AWS_REGION): got ${JSON.stringify(named)}`;
      throw new ToolError('bad_region', message, 'set it to a region such as eu-central-1');
    }
    // Without a variable the profile may name it; without either, any region can say where a bucket lies.
    this.home ??= named ? Promise.resolve(named) : new S3Client({}).config.region().catch(() => 'us-east-1');
    return this.home;
  }

  /** Client for calls that are not about one bucket. */
  async s3(): Promise<S3Client> {
    return this.inRegion(await this.homeRegion());
  }

  /** Client in this bucket's region. @throws NoSuchBucket and what else HeadBucket may answer, except access denied */
  async s3For(bucket: string): Promise<S3Client> {
    return this.inRegion(await this.regions.of(bucket));
  }

  /** Region of a bucket. @throws NoSuchBucket and what else HeadBucket may answer, except access denied */
  regionOf(bucket: string): Promise<string> {
    return this.regions.of(bucket);
  }

  /**
   * Every bucket of the account, by name, page by page; `account` is S3's own id of it. Remembers the regions that come with the listing.
   * @throws ToolError `no_account` where the address answers with something else, such as one bucket's objects: an account
   *   without buckets would be taken for complete
   */
  async *buckets(): AsyncGenerator<ListedBucket> {
    const client = await this.s3();
    let before: string | undefined;
    for await (const page of paginateListBuckets({ client }, { MaxBuckets: 1000 })) {
      if (!page.Buckets && !page.Owner) throw notAnAccount(this.endpoint);
      if (page.ContinuationToken && page.ContinuationToken === before) throw endless();
      before = page.ContinuationToken;
      for (const { Name, CreationDate, BucketRegion } of page.Buckets ?? []) {
        if (!Name) continue;
        if (BucketRegion) this.regions.learn(Name, BucketRegion);
        yield { name: Name, createdAt: CreationDate, account: page.Owner?.ID };
      }
    }
  }

  /** Lets go of every connection. */
  close(): void {
    for (const client of this.byRegion.values()) client.destroy();
    this.agents.httpAgent.destroy();
    this.agents.httpsAgent.destroy();
  }

  private inRegion(region: string): S3Client {
    let client = this.byRegion.get(region);
    if (!client) {
      client = new S3Client({
        region,
        ...(this.endpoint && { endpoint: this.endpoint }),
        forcePathStyle: this.pathStyle,
        // Some S3-compatible servers reject the checksums the SDK adds by default (aws-sdk-js-v3#6810).
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        ...this.connection,
      });
      nameDenied(client);
      this.byRegion.set(region, client);
    }
    return client;
  }
}

function endless(): ToolError {
  return new ToolError(
    'truncated_listing',
    'the server says there are more buckets, but not where they continue',
    'this listing was ignored; report it to whoever runs the server',
  );
}

function notAnAccount(endpoint: string | undefined): ToolError {
  return new ToolError(
    'no_account',
    `${endpoint ?? 'the server'} does not list an account's buckets`,
    "set AWS_S3_ENDPOINT_URL (or AWS_ENDPOINT_URL) to the server's own address, without a bucket name",
  );
}
