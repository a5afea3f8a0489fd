import type { Control } from './control.js';
import { encryptedUploads } from './encrypted-uploads.js';
import { lifecycle } from './lifecycle.js';
import { logging } from './logging.js';
import { noWildcardAllow } from './no-wildcard-allow.js';
import { ownerEnforced } from './owner-enforced.js';
import { publicAccessBlock } from './public-access-block.js';
import { sseCDenied } from './sse-c-denied.js';
import { tlsOnly } from './tls-only.js';
import { versioning } from './versioning.js';

/** What `policy audit` checks each bucket for, in the order it prints. */
export const CONTROLS: readonly Control[] = [
  publicAccessBlock,
  tlsOnly,
  encryptedUploads,
  sseCDenied,
  ownerEnforced,
  versioning,
  logging,
  lifecycle,
  noWildcardAllow,
];
