import { ToolError } from '../tool-error.js';

type PrincipalKind = 'root' | 'user' | 'role' | 'federated-user';

/** Someone who signs requests: an account's root, a user, a role (through one of its sessions), a federated user. */
export interface Principal {
  kind: PrincipalKind;
  /** As given or as STS says it; for a role often that of one session. */
  arn: string;
  partition: string;
  /** 12 digits on AWS; empty or a tenant's name on Ceph. */
  account: string;
  /** User or role name without its path; `root` for an account. */
  name: string;
  sessionName: string | undefined;
  /** What `aws:PrincipalArn` holds in this principal's requests: for a session, its role's ARN. */
  principalArn: string;
  /** False for a role known only by a session: then its path, and so its exact ARN, is a guess. */
  pathKnown: boolean;
  /** Unique id (`AIDA…`, `AROA…:session`), where known. */
  userId: string | undefined;
}

const ARN = /^arn:(aws[\w-]*):(iam|sts)::([^:]*):(.+)$/;

/**
 * Reads the ARN of an account's root, a user, a role, a role's session or a federated user.
 * @throws ToolError `bad_arn`
 */
export function parsePrincipal(arn: string, userId?: string): Principal {
  const [, partition = '', , account = '', resource = ''] = ARN.exec(arn) ?? [];
  const [type, ...rest] = resource.split('/');
  const common = {
    arn,
    partition,
    account,
    userId,
    sessionName: undefined,
    principalArn: arn,
    pathKnown: true,
  };
  const last = rest.at(-1) ?? '';
  if (resource === 'root') return { ...common, kind: 'root', name: 'root' };
  if (type === 'assumed-role' && rest.length === 2 && last) {
    const name = rest[0] ?? '';
    const principalArn = `arn:${partition}:iam::${account}:role/${name}`;
    return { ...common, kind: 'role', name, sessionName: last, principalArn, pathKnown: false };
  }
  if (type === 'federated-user' && last) return { ...common, kind: 'federated-user', name: last };
  if (type === 'role' && last) return { ...common, kind: 'role', name: last };
  if (type === 'user' && last) {
    return { ...common, principalArn: arn.replace(':sts:', ':iam:'), kind: 'user', name: last };
  }
  throw new ToolError(
    'bad_arn',
    `not the ARN of an account, a user, a role or a session: ${JSON.stringify(arn.slice(0, 200))}`,
    'write it as arn:aws:iam::123456789012:user/NAME, :role/NAME or :root',
  );
}

/** True on AWS itself (and its stand-ins), where accounts are 12 digits and the `aws:Principal…` keys are filled. */
export function isAwsAccount(principal: Principal): boolean {
  return /^\d{12}$/.test(principal.account);
}

/** What people call this kind of principal. */
export function kindInWords(principal: Principal): string {
  if (principal.kind === 'role') return principal.sessionName ? 'assumed role' : 'role';
  return principal.kind === 'federated-user' ? 'federated user' : principal.kind;
}
