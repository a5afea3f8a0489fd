import { describe, expect, it } from '@jest/globals';
import { AdaptiveLimit } from './adaptive-limit.js';

describe('the adaptive limit', () => {
  it('halves once per complaint, not once per request that complains', () => {
    let now = 0;
    const limit = new AdaptiveLimit(16, () => now);
    for (let request = 0; request < 16; request++) limit.throttled();
    expect(limit.allowed).toBe(8);
    now += 1_000;
    limit.throttled();
    expect(limit.allowed).toBe(4);
  });

  it('never falls below one, and grows back by about one per round, up to what is allowed', () => {
    let now = 0;
    const limit = new AdaptiveLimit(8, () => now);
    for (let time = 0; time < 10; time++, now += 1_000) limit.throttled();
    expect(limit.allowed).toBe(1);
    let successes = 0;
    while (limit.allowed < 8) {
      limit.succeeded();
      successes += 1;
    }
    expect(successes).toBeGreaterThan(20);
    for (let more = 0; more < 100; more++) limit.succeeded();
    expect(limit.allowed).toBe(8);
  });

  it('makes those wait who find no room', async () => {
    const limit = new AdaptiveLimit(2);
    const entered: number[] = [];
    const enter = async (n: number) => entered.push((await limit.enter(), n));
    await Promise.all([enter(1), enter(2)]);
    const third = enter(3);
    await new Promise(setImmediate);
    expect(entered).toEqual([1, 2]);
    limit.leave();
    await third;
    expect(entered).toEqual([1, 2, 3]);
  });
});
