import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describeError } from '../describe-error.js';
import type { Clients } from './clients.js';
import { parsePrincipal, type Principal } from './principal.js';
import { ToolError } from '../tool-error.js';

/**
 * Who signs the requests of this run. STS names an assumed role by its session and leaves out the role's path, while
 * policies see the role's own ARN with its path; IAM is asked for that, and where it may not be asked the path stays unknown.
 *
 * @throws ToolError where the server has no STS and `S3_ADMIN_CALLER_ARN` is not set
 */
export async function identifyCaller(clients: Clients, env: NodeJS.ProcessEnv): Promise<Principal> {
  if (env.S3_ADMIN_CALLER_ARN) return parsePrincipal(env.S3_ADMIN_CALLER_ARN);
  const settings = {
    region: await clients.homeRegion(),
    ...clients.connection,
    ...otherEndpoint(clients, env),
  };
  const sts = new STSClient(settings);
  try {
    const { Arn, UserId } = await sts.send(new GetCallerIdentityCommand({}));
    const principal = parsePrincipal(Arn ?? '', UserId);
    return principal.kind === 'role' ? await withRolePath(principal, settings) : principal;
  } catch (error) {
    const { code, message } = describeError(error);
    // Servers that only know S3 answer the STS call as an S3 request they can't make sense of.
    if (
      clients.endpoint &&
      /^(HTTP5|Unknown|UnknownError|MethodNotAllowed|NotImplemented|InvalidAction|NoSuch)/.test(code)
    ) {
      throw new ToolError(
        'no_sts',
        `${clients.endpoint} does not identify the caller (${message})`,
        'set S3_ADMIN_CALLER_ARN to your ARN on this server, such as arn:aws:iam:::user/NAME on Ceph',
        { cause: error },
      );
    }
    throw error;
  } finally {
    sts.destroy();
  }
}

async function withRolePath(
  principal: Principal,
  settings: ConstructorParameters<typeof IAMClient>[0],
): Promise<Principal> {
  const iam = new IAMClient(settings ?? {});
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: principal.name }));
    return Role?.Arn ? { ...principal, principalArn: Role.Arn, pathKnown: true } : principal;
  } catch {
    // Not allowed to ask, or no IAM here: `pathKnown` stays false, and whoever needs the path deals with that.
    return principal;
  } finally {
    iam.destroy();
  }
}

/** STS and IAM of a stand-in for AWS are where its S3 is; an endpoint of AWS's own S3 (a VPC's) has neither. */
function otherEndpoint(clients: Clients, env: NodeJS.ProcessEnv): { endpoint?: string } {
  const s3Only =
    env.AWS_S3_ENDPOINT_URL && !/\.amazonaws\.com(\.cn)?(:\d+)?\/?$/.test(env.AWS_S3_ENDPOINT_URL);
  return s3Only && !env.AWS_ENDPOINT_URL && clients.endpoint ? { endpoint: clients.endpoint } : {};
}
