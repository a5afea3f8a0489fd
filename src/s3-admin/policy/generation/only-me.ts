import { isAwsAccount, type Principal } from '../../aws/principal.js';
import type { ConditionElement, Statement } from '../document.js';
import { bucketAndObjects, type GeneratedControl } from './control.js';

/**
 * Allows the caller everything and denies everyone else. The Deny goes by `aws:PrincipalArn`, which for an assumed role
 * is the role's ARN in any session: NotPrincipal would need every session by name and locks roles out. AWS services
 * are left to their own Allow statements, so that log delivery continues.
 */
export const onlyMe: GeneratedControl = {
  name: 'only-me',
  summary: 'allow the caller, deny every other principal by aws:PrincipalArn',
  sids: ['OnlyMeAllow', 'OnlyMeDenyOthers'],
  statements(context) {
    const { caller, keep } = context;
    const Resource = bucketAndObjects(context);
    const root = isAwsAccount(caller) ? [`arn:${caller.partition}:iam::${caller.account}:root`] : [];
    const spared = [...new Set([...principalArns(caller), ...root, ...keep.flatMap(principalArns)])];
    const operator = spared.some((arn) => arn.includes('*'))
      ? 'StringNotLikeIfExists'
      : 'StringNotEqualsIfExists';
    const others: ConditionElement = {
      [operator]: { 'aws:PrincipalArn': spared },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    };
    return [
      { Sid: 'OnlyMeAllow', Effect: 'Allow', ...allowed(caller), Action: 's3:*', Resource },
      {
        Sid: 'OnlyMeDenyOthers',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource,
        Condition: others,
      },
    ];
  },
  note: ({ caller, keep }) =>
    `only-me: every principal but ${[caller, ...keep].map((one) => one.principalArn).join(', ')} and the account's root is denied (exempt others with --keep)`,
};

/** Both spellings of a role whose path is not known: its name is unique in the account under any path. */
function principalArns({ pathKnown, principalArn, partition, account, name }: Principal): string[] {
  return pathKnown ? [principalArn] : [principalArn, `arn:${partition}:iam::${account}:role/*/${name}`];
}

/** A Principal element takes no wildcard, so a role without a known path is allowed through its account. */
function allowed(caller: Principal): Pick<Statement, 'Principal' | 'Condition'> {
  if (caller.pathKnown) return { Principal: { AWS: caller.principalArn } };
  return {
    Principal: { AWS: `arn:${caller.partition}:iam::${caller.account}:root` },
    Condition: { ArnLike: { 'aws:PrincipalArn': principalArns(caller) } },
  };
}
