import { bucketAndObjects, type GeneratedControl } from './control.js';

/** Denies every request that does not come over TLS, to the bucket (listings, settings) as well as to its objects. */
export const tlsOnly: GeneratedControl = {
  name: 'tls-only',
  summary: 'deny requests without TLS, on the bucket and on its objects',
  sids: ['TlsOnly'],
  statements: (context) => [
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: bucketAndObjects(context),
      // Ceph leaves the key out of plain requests: "IfExists" denies them there too.
      Condition: { BoolIfExists: { 'aws:SecureTransport': 'false' } },
    },
  ],
  note: () => 'tls-only: http:// requests are denied, to everyone',
};
