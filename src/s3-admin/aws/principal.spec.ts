import { kindInWords, parsePrincipal } from './principal.js';

describe('parsePrincipal', () => {
  test.each([
    ['arn:aws:iam::123456789012:root', 'root', 'arn:aws:iam::123456789012:root'],
    ['arn:aws:iam::123456789012:user/team/anna', 'user', 'arn:aws:iam::123456789012:user/team/anna'],
    ['arn:aws-cn:iam::123456789012:role/Deploy', 'role', 'arn:aws-cn:iam::123456789012:role/Deploy'],
    [
      'arn:aws:sts::123456789012:assumed-role/Deploy/ci@host',
      'assumed role',
      'arn:aws:iam::123456789012:role/Deploy',
    ],
    [
      'arn:aws:sts::123456789012:federated-user/bob',
      'federated user',
      'arn:aws:sts::123456789012:federated-user/bob',
    ],
    ['arn:aws:iam:::user/test', 'user', 'arn:aws:iam:::user/test'],
  ])('%s is a %s and signs as %s', (arn, kind, principalArn) => {
    const principal = parsePrincipal(arn);
    expect([kindInWords(principal), principal.principalArn]).toEqual([kind, principalArn]);
  });

  test.each(['', 'anna', 'arn:aws:s3:::bucket', 'arn:aws:iam::123456789012:user/', 'arn:aws:iam::1:group/g'])(
    '%j is refused',
    (arn) => {
      expect(() => parsePrincipal(arn)).toThrow(/not the ARN/);
    },
  );
});
