import { readFileSync } from 'node:fs';
import { ToolError } from './tool-error.js';

/**
 * The certificate authority of a server of one's own, PEM. The AWS CLI and boto3 read AWS_CA_BUNDLE; the JavaScript SDK does not.
 * @param file as AWS_CA_BUNDLE names it @throws ToolError where it can't be read
 */
export function readCaBundle(file: string | undefined): Buffer | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ToolError(
      'bad_ca_bundle',
      `AWS_CA_BUNDLE: ${(cause as Error).message}`,
      'name a file with the certificate authority of your server, or unset it',
      { cause },
    );
  }
}
