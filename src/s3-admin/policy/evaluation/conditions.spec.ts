import { parsePrincipal } from '../../aws/principal.js';
import { conditionsHold } from './conditions.js';
import type { ContextValue, SimulatedRequest } from './request.js';
import type { Truth } from './truth.js';

function request(context: Record<string, ContextValue>, aws = true): SimulatedRequest {
  const principal = parsePrincipal('arn:aws:iam::123456789012:user/anna');
  return { principal, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context, aws };
}

type Case = [operator: string, key: string, values: string | string[], got: ContextValue | undefined, Truth];

describe('conditions', () => {
  test.each<Case>([
    ['StringEquals', 'k', ['a', 'b'], 'b', 'yes'],
    ['StringEquals', 'k', 'a', 'A', 'no'],
    ['StringEqualsIgnoreCase', 'k', 'a', 'A', 'yes'],
    ['StringNotEquals', 'k', ['a', 'b'], 'b', 'no'],
    ['StringNotEquals', 'k', ['a', 'b'], 'c', 'yes'],
    ['StringLike', 'k', 'a*z', 'abcz', 'yes'],
    ['StringLike', 'k', 'a?z', 'abcz', 'no'],
    ['StringNotLike', 'k', ['x*', 'a*'], 'abc', 'no'],
    ['NumericLessThan', 'k', '1.3', '1.2', 'yes'],
    ['NumericGreaterThanEquals', 'k', '10', '9', 'no'],
    ['NumericEquals', 'k', 'ten', '10', 'unknown'],
    ['DateGreaterThan', 'k', '2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z', 'yes'],
    ['DateLessThan', 'k', '1767225600', '2026-06-01T00:00:00Z', 'no'],
    // Wherever the machine is: with TZ=Asia/Dhaka it would be six hours early.
    ['DateEquals', 'k', '2026-06-01T00:00:00', '2026-06-01T00:00:00Z', 'yes'],
    ['DateEquals', 'k', '2026-06-01', '2026-06-01T00:00:00Z', 'yes'],
    ['DateEquals', 'k', '2026-06-01T06:00:00+06:00', '2026-06-01T00:00:00Z', 'yes'],
    ['Bool', 'k', 'false', 'false', 'yes'],
    ['Bool', 'k', 'true', 'false', 'no'],
    ['IpAddress', 'k', '10.0.0.0/8', '10.20.30.40', 'yes'],
    ['NotIpAddress', 'k', ['10.0.0.0/8', '192.0.2.1'], '10.20.30.40', 'no'],
    ['IpAddress', 'k', '2001:db8::/32', '2001:db8::1', 'yes'],
    ['IpAddress', 'k', '10.0.0.0/8', '2001:db8::1', 'no'],
    ['IpAddress', 'k', 'ten/8', '10.0.0.1', 'unknown'],
    ['ArnLike', 'k', 'arn:aws:iam::*:role/app*', 'arn:aws:iam::1:role/apps/x', 'yes'],
    // No ARN, and how AWS reads it is written nowhere.
    ['ArnLike', 'k', '*', 'arn:aws:iam::1:role/x', 'unknown'],
    ['ArnNotLike', 'k', 'arn:aws:*', 'arn:aws:iam::1:role/x', 'unknown'],
    ['ArnNotEquals', 'k', 'arn:aws:iam::1:role/x', 'arn:aws:iam::1:role/x', 'no'],
    ['StringSounds', 'k', 'a', 'a', 'unknown'],
  ])('%s %s %j on %j is %s', (operator, key, values, got, expected) => {
    expect(conditionsHold({ [operator]: { [key]: values } }, request({ k: got as ContextValue }))).toBe(
      expected,
    );
  });

  test.each<Case>([
    ['StringEquals', 'k', 'a', null, 'no'],
    ['StringNotEquals', 'k', 'a', null, 'yes'],
    ['StringEqualsIfExists', 'k', 'a', null, 'yes'],
    ['StringNotEqualsIfExists', 'k', 'a', null, 'yes'],
    ['StringNotEqualsIfExists', 'k', 'a', 'a', 'no'],
    ['BoolIfExists', 'k', 'true', null, 'yes'],
    ['Null', 'k', 'true', null, 'yes'],
    ['Null', 'k', 'false', null, 'no'],
    ['Null', 'k', 'true', 'there', 'no'],
    ['ForAllValues:StringEquals', 'k', 'a', null, 'yes'],
    ['ForAnyValue:StringEquals', 'k', 'a', null, 'no'],
    ['StringEquals', 'k', 'a', undefined, 'unknown'],
    ['StringNotEqualsIfExists', 'k', 'a', undefined, 'unknown'],
    ['Null', 'k', 'true', undefined, 'unknown'],
  ])('%s %s %j where the request has %j is %s', (operator, key, values, got, expected) => {
    expect(
      conditionsHold({ [operator]: { [key]: values } }, request(got === undefined ? {} : { k: got })),
    ).toBe(expected);
  });

  test.each<[string, string[], string[], Truth]>([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], 'yes'],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], 'no'],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], 'yes'],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'd'], 'no'],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], 'yes'],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'c'], 'yes'],
  ])('%s of %j on %j is %s', (operator, values, got, expected) => {
    expect(conditionsHold({ [operator]: { k: values } }, request({ k: got }))).toBe(expected);
  });

  test('all operators and keys must hold; a certain no beats an unknown', () => {
    const both = { StringEquals: { known: 'a', unknown: 'b' }, Bool: { known2: 'true' } };
    expect(conditionsHold(both, request({ known: 'a', known2: 'true' }))).toBe('unknown');
    expect(conditionsHold(both, request({ known: 'a', known2: 'false' }))).toBe('no');
    expect(conditionsHold(undefined, request({}))).toBe('yes');
  });

  test('policy variables take the request’s values, defaults where a key is missing, else stay unknown', () => {
    const condition = { StringLike: { 's3:prefix': "home/${aws:username, 'nobody'}/*" } };
    expect(conditionsHold(condition, request({ 's3:prefix': 'home/anna/x', 'aws:username': 'anna' }))).toBe(
      'yes',
    );
    expect(conditionsHold(condition, request({ 's3:prefix': 'home/anna/x', 'aws:username': 'bert' }))).toBe(
      'no',
    );
    expect(conditionsHold(condition, request({ 's3:prefix': 'home/nobody/x', 'aws:username': null }))).toBe(
      'yes',
    );
    expect(conditionsHold(condition, request({ 's3:prefix': 'home/anna/x' }))).toBe('unknown');
  });

  test('what Ceph reads differently is unknown away from AWS', () => {
    const negatedList = { StringNotEquals: { k: ['a', 'b'] } };
    expect(conditionsHold(negatedList, request({ k: 'a' }, false))).toBe('unknown');
    expect(conditionsHold({ Null: { k: 'false' } }, request({ k: null }, false))).toBe('unknown');
    expect(conditionsHold({ Null: { k: 'true' } }, request({ k: null }, false))).toBe('yes');
  });
});
