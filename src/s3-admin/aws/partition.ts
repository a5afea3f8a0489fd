/** Regions of the other partitions begin so; `us-iso-` is not the beginning of `us-isob-`. */
const PREFIXES: Record<string, string> = {
  'cn-': 'aws-cn',
  'us-gov-': 'aws-us-gov',
  'eusc-': 'aws-eusc',
  'us-iso-': 'aws-iso',
  'us-isob-': 'aws-iso-b',
  'eu-isoe-': 'aws-iso-e',
  'us-isof-': 'aws-iso-f',
};

/** The partition of a region: what ARNs begin with after `arn:`. Source: `partitions.json` of the AWS SDKs. */
export function partitionOf(region: string): string {
  const prefix = Object.keys(PREFIXES).find((beginning) => region.startsWith(beginning));
  return (prefix && PREFIXES[prefix]) ?? 'aws';
}
