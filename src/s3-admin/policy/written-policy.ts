import { ToolError } from '../tool-error.js';
import { asList, badPolicy, type PolicyDocument, parsePolicy } from './document.js';
import { matchesGlob } from './evaluation/glob.js';

/** S3's limit for a bucket policy, bytes. */
const LARGEST_POLICY = 20 * 1024;

/**
 * A policy as a person or a generator wrote it. Beyond {@link parsePolicy} it must say everything once: JSON.parse keeps
 * only the last of a repeated key, so a statement or a condition could vanish unseen.
 * @throws ToolError `bad_policy`
 */
export function parseWritten(text: string, file: string): PolicyDocument {
  if (text.trim() === '') throw badPolicy(file, 'holds nothing');
  const policy = parsePolicy(text, file);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) {
    throw badPolicy(file, `the key ${JSON.stringify(repeated)} is there twice`);
  }
  return policy;
}

/**
 * The same for one bucket. S3 refuses a file copied from another bucket; other servers accept it, and there it does
 * nothing.
 * @throws ToolError `bad_policy`, `other_bucket`
 */
export function parseForBucket(text: string, file: string, bucket: string): PolicyDocument {
  const policy = parseWritten(text, file);
  for (const { Sid, Resource } of policy.Statement) {
    const other = asList(Resource).find((pattern) => namesAnother(pattern, bucket));
    if (other === undefined) continue;
    throw new ToolError(
      'other_bucket',
      `${file}: statement ${Sid ?? 'without Sid'} is about ${other}, which is not this bucket`,
      `write arn:…:s3:::${bucket} and arn:…:s3:::${bucket}/* there, or write a new file with \`policy generate\``,
    );
  }
  return policy;
}

/** @throws ToolError `policy_too_large` */
export function assertSize(policy: unknown): void {
  const size = Buffer.byteLength(JSON.stringify(policy));
  if (size <= LARGEST_POLICY) return;
  throw new ToolError(
    'policy_too_large',
    `${size} bytes; S3 accepts ${LARGEST_POLICY}`,
    'shorten the template, or combine principals, actions or resources in one statement',
  );
}

function namesAnother(pattern: string, bucket: string): boolean {
  const [, named] = /^arn:[^:]*:s3:::([^/]*)/.exec(pattern) ?? [];
  // An ARN that is not a bucket's, such as a directory bucket's, would be tried on nothing.
  if (named === undefined) return pattern !== '*';
  return !matchesGlob(named.replace(/\$\{[^}]*\}/g, '*'), bucket);
}

/** @param json valid JSON */
function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, -1)) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
