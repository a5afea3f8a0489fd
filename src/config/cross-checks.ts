import type { ConfigProblem } from './config.error.js';
import type { Variables } from './variables.js';

/** Rules about more than one variable. */
export function crossChecks(v: Variables): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (v.NODE_ENV === 'production' && !v.AUTH_JWT_SECRET && !v.AUTH_JWKS_URL) {
    problems.push({
      name: 'AUTH_JWT_SECRET',
      takes:
        'a secret of at least 32 characters, or set AUTH_JWKS_URL; NODE_ENV=production requires one of them',
    });
  }
  if (v.USE_S3_FOR_CERTS !== 'false' && !v.AWS_STORAGE_BUCKET_NAME) {
    problems.push({
      name: 'AWS_STORAGE_BUCKET_NAME',
      takes: `a bucket name; USE_S3_FOR_CERTS=${v.USE_S3_FOR_CERTS} requires it`,
    });
  }
  if (v.CLOUDWATCH_METRICS === 'on' && !v.AWS_STORAGE_BUCKET_NAME) {
    problems.push({
      name: 'AWS_STORAGE_BUCKET_NAME',
      takes: 'a bucket name; CLOUDWATCH_METRICS=on requires it as the dimension of the metrics',
    });
  }
  if (v.AWS_S3_KMS_KEY_ID && v.AWS_S3_ENCRYPTION !== 'aws:kms') {
    problems.push({
      name: 'AWS_S3_ENCRYPTION',
      got: v.AWS_S3_ENCRYPTION,
      takes: 'aws:kms if AWS_S3_KMS_KEY_ID is set',
    });
  }
  return problems;
}
