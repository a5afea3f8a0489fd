import { readFileSync } from 'node:fs';
import { ToolError } from '../tool-error.js';

/**
 * The certificate authority of a server of one's own, PEM. The AWS CLI and boto3 read AWS_CA_BUNDLE; the JavaScript SDK does not.
 * @param file as AWS_CA_BUNDLE names it @throws ToolError where it can't be read or holds none
 */
export function readCaBundle(file: string | undefined): Buffer | undefined {
  if (!file) return undefined;
  let bundle: Buffer;
  try {
    bundle = readFileSync(file);
  } catch (cause) {
    throw badBundle((cause as Error).message, cause);
  }
  // Node takes any text, and then trusts nobody.
  if (!bundle.includes('-----BEGIN ')) throw badBundle(`${file} contains no certificate`);
  return bundle;
}

function badBundle(what: string, cause?: unknown): ToolError {
  return new ToolError(
    'bad_ca_bundle',
    `AWS_CA_BUNDLE: ${what}`,
    "set it to a PEM file with your server's certificate authority, or unset it",
    { cause },
  );
}
