import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config.error.js';
import { crossChecks } from './cross-checks.js';
import {
  VARIABLES,
  type VariableMeta,
  type VariableName,
  type Variables,
  variablesSchema,
} from './variables.js';

export type StorageMode = 'false' | 'dual' | 'true';

/** The environment, validated and grouped. Nothing else in the program reads `process.env` for its own settings. */
export class Config {
  readonly production: boolean;
  readonly logLevel: Variables['LOG_LEVEL'];
  /** Folder of runtime state, absolute. */
  readonly dataDir: string;
  /** `trustProxy`: how many reverse proxies stand in front and add to X-Forwarded-For. */
  readonly http: { host: string; port: number; siteUrl: string | undefined; trustProxy: number };
  /** Whether `npm start` also runs queue jobs. */
  readonly worker: boolean;
  readonly database: { url: string | undefined };
  readonly queue: { redisUrl: string | undefined };
  readonly auth: {
    secret: string | undefined;
    jwksUrl: string | undefined;
    issuer: string | undefined;
    audience: string | undefined;
  };
  readonly limits: { verifyPerMinute: number; tokenFailuresPerMinute: number };
  /** `workerPort`: where a worker of its own answers `/metrics`; undefined: nowhere. */
  readonly metrics: { cloudwatch: boolean; workerPort: number | undefined };
  readonly storage: StorageConfig;
  readonly integrity: { everyDays: number };
  readonly design: CertificateDesign;

  constructor(v: Variables) {
    this.production = v.NODE_ENV === 'production';
    this.logLevel = v.LOG_LEVEL;
    this.dataDir = resolve(v.DATA_DIR);
    this.http = { host: v.HOST, port: v.PORT, siteUrl: v.SITE_URL, trustProxy: v.TRUST_PROXY };
    this.worker = v.WORKER ? v.WORKER === 'on' : !this.production;
    this.database = { url: v.DATABASE_URL };
    this.queue = { redisUrl: v.REDIS_URL };
    this.auth = {
      secret: v.AUTH_JWT_SECRET,
      jwksUrl: v.AUTH_JWKS_URL,
      issuer: v.AUTH_JWT_ISSUER,
      audience: v.AUTH_JWT_AUDIENCE,
    };
    this.limits = {
      verifyPerMinute: v.VERIFY_RATE_PER_MINUTE,
      tokenFailuresPerMinute: v.TOKEN_FAILURE_RATE_PER_MINUTE,
    };
    this.metrics = { cloudwatch: v.CLOUDWATCH_METRICS === 'on', workerPort: v.WORKER_METRICS_PORT };
    this.storage = {
      mode: v.USE_S3_FOR_CERTS,
      mediaRoot: v.MEDIA_ROOT ? resolve(v.MEDIA_ROOT) : join(this.dataDir, 'media'),
      s3: v.AWS_STORAGE_BUCKET_NAME
        ? {
            bucket: v.AWS_STORAGE_BUCKET_NAME,
            region: v.AWS_S3_REGION_NAME,
            endpoint: v.AWS_S3_ENDPOINT_URL,
            pathStyle:
              v.AWS_S3_ADDRESSING_STYLE === 'auto'
                ? v.AWS_S3_ENDPOINT_URL !== undefined
                : v.AWS_S3_ADDRESSING_STYLE === 'path',
            encryption: v.AWS_S3_ENCRYPTION,
            kmsKeyId: v.AWS_S3_KMS_KEY_ID,
            urlLifeSeconds: v.AWS_QUERYSTRING_EXPIRE,
            restore: { tier: v.AWS_S3_RESTORE_TIER, days: v.AWS_S3_RESTORE_DAYS },
            archiveAfterDays: v.AWS_S3_ARCHIVE_AFTER_DAYS,
          }
        : undefined,
    };
    this.integrity = { everyDays: v.CERT_CHECK_EVERY_DAYS };
    this.design = {
      issuerName: v.CERT_ISSUER_NAME,
      logoFile: v.CERT_LOGO_FILE,
      signatoryName: v.CERT_SIGNATORY_NAME,
      signatoryTitle: v.CERT_SIGNATORY_TITLE,
      accentColor: v.CERT_ACCENT_COLOR,
    };
  }
}

export interface StorageConfig {
  mode: StorageMode;
  /** Absolute. */
  mediaRoot: string;
  /** Undefined where no bucket is named: then nothing can be in S3. */
  s3: S3Config | undefined;
}

export interface S3Config {
  bucket: string;
  region: string | undefined;
  endpoint: string | undefined;
  pathStyle: boolean;
  encryption: 'AES256' | 'aws:kms';
  kmsKeyId: string | undefined;
  /** Life of a presigned URL from its signing time, seconds. */
  urlLifeSeconds: number;
  /** How archived objects are brought back. */
  restore: { tier: 'Standard' | 'Expedited' | 'Bulk'; days: number };
  /** Age in days from which an object may have been archived by the bucket's lifecycle. */
  archiveAfterDays: number;
}

/** What the operator may change about a certificate's looks. */
export interface CertificateDesign {
  issuerName: string;
  logoFile: string | undefined;
  signatoryName: string | undefined;
  signatoryTitle: string | undefined;
  /** `#rrggbb` */
  accentColor: string;
}

/**
 * Reads the environment. A variable set to nothing counts as unset, as in a shell or a compose file.
 * @throws ConfigError naming every variable that is wrong or missing
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    (Object.keys(VARIABLES) as VariableName[]).map((name) => [
      name,
      env[name]?.trim() ? env[name] : undefined,
    ]),
  );
  const parsed = variablesSchema.safeParse(given);
  const problems = parsed.success
    ? crossChecks(parsed.data)
    : parsed.error.issues.map((issue) => problemOf(issue, env));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return new Config(parsed.data);
}

function problemOf(issue: z.core.$ZodIssue, env: NodeJS.ProcessEnv): ConfigProblem {
  const name = issue.path[0] as VariableName;
  const meta = VARIABLES[name].meta() as unknown as VariableMeta;
  // A URL may have a password in it.
  const got = meta.secret ? undefined : env[name]?.replace(/\/\/[^/?#]*@/, '//***@');
  return { name, got, takes: meta.takes };
}
