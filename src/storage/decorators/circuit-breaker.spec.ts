import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { META } from '../../../test/contracts/storage-samples.js';
import { FaultyBackend } from '../../../test/doubles/faulty-backend.js';
import { MemoryBackend } from '../backends/memory-backend.js';
import { bytesContent } from '../content.js';
import { makeKey } from '../storage-key.js';
import { SILENT_OBSERVER, type StorageObserver } from '../storage-observer.js';
import { CircuitBreaker } from './circuit-breaker.js';

const key = makeKey('pdf', new Date());
const timing = { failures: 3, firstWaitMs: 1000, longestWaitMs: 4000, staleMs: 10_000 };
let store: FaultyBackend;
let circuit: jest.MockedFunction<StorageObserver['circuit']>;
let breaker: CircuitBreaker;

beforeEach(async () => {
  jest.useFakeTimers();
  store = new FaultyBackend(new MemoryBackend());
  circuit = jest.fn<StorageObserver['circuit']>();
  breaker = new CircuitBreaker(store, { ...SILENT_OBSERVER, circuit }, timing);
  await breaker.put(key, bytesContent(Buffer.from('x')), META);
  store.calls.length = 0;
});
afterEach(async () => {
  await breaker.close();
  jest.useRealTimers();
});

const read = async (): Promise<string> => {
  try {
    await breaker.stat(key);
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const trip = async () => {
  store.fail({ code: 'unavailable' });
  for (let call = 0; call < timing.failures; call++) await read();
  store.calls.length = 0;
};

describe('the circuit breaker', () => {
  it('stops calling a store that fails again and again, and says why', async () => {
    await trip();
    expect(circuit).toHaveBeenCalledWith('memory', 'open', expect.objectContaining({ code: 'unavailable' }));
    for (let call = 0; call < 100; call++) expect(await read()).toBe('unavailable');
    expect(store.calls).toEqual([]);
    expect(breaker.outage).toBeDefined();
    await expect(breaker.get(key)).rejects.toMatchObject({
      message: 'memory counts as down until it answers again: injected by the test',
      outage: true,
    });
  });

  it('asks by one probe at a time, at growing intervals', async () => {
    await trip();
    await jest.advanceTimersByTimeAsync(1000);
    expect(store.calls).toEqual(['probe']);
    await jest.advanceTimersByTimeAsync(2000 + 4000 + 4000);
    expect(store.calls.length).toBeGreaterThanOrEqual(4);
    expect(store.calls.length).toBeLessThanOrEqual(6);
  });

  it('closes when the store is back, before any request finds out', async () => {
    await trip();
    store.heal();
    await jest.advanceTimersByTimeAsync(1000);
    expect(circuit).toHaveBeenLastCalledWith('memory', 'closed', undefined);
    expect(await read()).toBe('ok');
    expect(breaker.outage).toBeUndefined();
  });

  it.each(['bad_credentials', 'misconfigured', 'timeout'] as const)('opens on %s', async (code) => {
    store.fail({ code });
    for (let call = 0; call < 4; call++) expect(await read()).toBe(code);
    expect(store.calls).toHaveLength(3);
  });

  it.each(['not_found', 'access_denied', 'throttled', 'no_space', 'conflict'] as const)(
    'stays closed on %s: the store answers',
    async (code) => {
      store.fail({ code });
      for (let call = 0; call < 10; call++) expect(await read()).toBe(code);
      expect(store.calls).toHaveLength(10);
      expect(circuit).not.toHaveBeenCalled();
    },
  );

  it('counts failures in a row only', async () => {
    for (let round = 0; round < 5; round++) {
      store.fail({ code: 'unavailable', times: 2 });
      expect([await read(), await read(), await read()]).toEqual(['unavailable', 'unavailable', 'ok']);
      store.heal();
    }
    expect(circuit).not.toHaveBeenCalled();
  });

  it('opens at once when a probe fails', async () => {
    store.fail({ code: 'unavailable' });
    await expect(breaker.probe()).rejects.toMatchObject({ code: 'unavailable' });
    expect(breaker.outage).toBeDefined();
    store.heal();
    await breaker.probe();
    expect(breaker.outage).toBeUndefined();
  });

  it('asks in the background where nothing was heard for a while', async () => {
    store.fail({ on: 'probe', code: 'timeout' });
    expect(breaker.outage).toBeUndefined();
    expect(store.calls).toEqual([]);
    jest.advanceTimersByTime(10_001);
    expect(breaker.outage).toBeUndefined();
    await jest.advanceTimersByTimeAsync(0);
    expect(store.calls).toEqual(['probe']);
    expect(breaker.outage).toBeDefined();
  });

  it('asks no more once it is closed down', async () => {
    await trip();
    await breaker.close();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(store.calls).toEqual([]);
  });
});
