/**
 * Takes secrets out of a text that is about to be logged: what signs a presigned URL, bearer tokens, passwords in
 * connection URLs. Error messages of libraries quote such things; a log must not.
 */
export function scrub(text: string): string {
  return text
    .replace(/\?[^\s"'<>]*(?:X-Amz-|Signature=|AWSAccessKeyId=)[^\s"'<>]*/gi, '?[redacted]')
    .replace(/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer [redacted]')
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[redacted token]')
    .replace(/:\/\/[^\s/@:"']*:[^\s@"']+@/g, '://[redacted]@');
}
