import type { ServerSideEncryptionByDefault } from '@aws-sdk/client-s3';
import { isAwsAccount, type Principal } from '../aws/principal.js';
import type { ContextValue, SimulatedRequest } from './evaluation/request.js';

/** How requests reach the bucket: as this run's own do. */
export interface Circumstances {
  /** Over TLS; follows from the endpoint. */
  secure: boolean;
  now: Date;
  /** See {@link SimulatedRequest.aws}. */
  aws: boolean;
  /** Account the bucket belongs to: the caller's, which every change requires. */
  owner: string;
  /** The bucket's default encryption, where known: uploads that name theirs name this one. */
  encryption?: ServerSideEncryptionByDefault | undefined;
}

/** What a request over this endpoint is like. No endpoint means AWS's own, over TLS. */
export function circumstancesOf(endpoint: string | undefined, caller: Principal): Circumstances {
  const secure = !endpoint?.startsWith('http:');
  return { secure, now: new Date(), aws: isAwsAccount(caller), owner: caller.account };
}

const SSE = 's3:x-amz-server-side-encryption';
const SSE_C = `${SSE}-customer-algorithm`;

/** S3 speaks nothing older, and no current SDK signs otherwise. */
const OLDEST_TLS = '1.2';
const howSigned = { 's3:signatureversion': 'AWS4-HMAC-SHA256' };

/**
 * A request as this principal would make it. Condition keys that depend on the day (the client's address, its VPC, MFA,
 * the organization) are left out, and so count as unknown. An upload asks for the bucket's encryption, as is required where
 * uploads without it are denied; on other actions the encryption keys are missing, as they are on S3.
 */
export function requestBy(
  principal: Principal | 'anonymous',
  action: string,
  resource: string,
  circumstances: Circumstances,
): SimulatedRequest {
  const { secure, now, aws, owner } = circumstances;
  const upload = action.toLowerCase() === 's3:putobject';
  const context: Record<string, ContextValue> = {
    'aws:securetransport': String(secure),
    'aws:currenttime': now.toISOString(),
    'aws:epochtime': String(Math.floor(now.getTime() / 1000)),
    ...(upload ? encryptedAs(circumstances.encryption) : NO_ENCRYPTION),
    [SSE_C]: null,
    ...(aws && whoAsks(principal)),
    ...(aws && howSigned),
    ...(aws && secure && { 's3:tlsversion': OLDEST_TLS }),
  };
  return { principal, action, resource, context, aws, owner };
}

const KMS_KEY = `${SSE}-aws-kms-key-id`;
const NO_ENCRYPTION = { [SSE]: null, [KMS_KEY]: null };

/** Policies see a key's ARN; for one that the bucket knows by id or alias the ARN is unknown, and left out. */
function encryptedAs(encryption: Circumstances['encryption']): Record<string, ContextValue> {
  const { SSEAlgorithm = 'AES256', KMSMasterKeyID: key } = encryption ?? {};
  const seen = key === undefined || /^arn:.*:key\//.test(key);
  return { [SSE]: SSEAlgorithm, ...(seen && { [KMS_KEY]: key ?? null }) };
}

/** The same upload without encryption headers, or with a key of the client's own (SSE-C). */
export function uploadBy(
  principal: Principal | 'anonymous',
  resource: string,
  encryption: 'none' | 'sse-c',
  circumstances: Circumstances,
): SimulatedRequest {
  const request = requestBy(principal, 's3:PutObject', resource, circumstances);
  const sseC = encryption === 'sse-c' ? 'AES256' : null;
  return { ...request, context: { ...request.context, ...NO_ENCRYPTION, [SSE_C]: sseC } };
}

/**
 * A request by someone nothing is known of, not even whether a policy exempts them: what is denied to them is denied to
 * everyone. For an audit.
 */
export function requestByAnyone(request: SimulatedRequest): SimulatedRequest {
  const aboutClient =
    /^(aws:(principal|user|source|viaawsservice|calledvia)|s3:(tlsversion|signatureversion))/;
  const context = Object.entries(request.context).filter(([key]) => !aboutClient.test(key));
  return { ...request, context: Object.fromEntries(context) };
}

/** Source: IAM user guide, "Global condition keys", properties of the principal. */
function whoAsks(principal: Principal | 'anonymous'): Record<string, ContextValue> {
  const direct = {
    'aws:principalisawsservice': 'false',
    'aws:viaawsservice': 'false',
    'aws:calledvia': null,
  };
  const notByService = { 'aws:sourcearn': null, 'aws:sourceaccount': null };
  if (principal === 'anonymous') {
    const nobody = {
      'aws:principalarn': null,
      'aws:principalaccount': null,
      'aws:principaltype': 'Anonymous',
    };
    return { ...direct, ...notByService, ...nobody, 'aws:userid': null, 'aws:username': null };
  }
  const { kind, principalArn, pathKnown, account, name, userId } = principal;
  const type = { root: 'Account', user: 'User', role: 'AssumedRole', 'federated-user': 'FederatedUser' }[
    kind
  ];
  const uniqueId = kind === 'root' ? account : userId;
  return {
    ...direct,
    ...notByService,
    ...(pathKnown && { 'aws:principalarn': principalArn }),
    'aws:principalaccount': account,
    'aws:principaltype': type,
    ...(uniqueId !== undefined && { 'aws:userid': uniqueId }),
    'aws:username': kind === 'user' ? name : null,
  };
}
