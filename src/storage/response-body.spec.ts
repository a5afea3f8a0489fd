import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { readAll } from '../../test/contracts/storage-samples.js';
import { ResponseBody } from './response-body.js';

const context = { operation: 'get', backend: 's3' };
const patient = { idleMs: 60_000, wholeMs: 60_000 };
const quick = { idleMs: 50, wholeMs: 60_000 };

describe('a body from the network', () => {
  it('is passed on whole', async () => {
    const source = Readable.from([Buffer.from('one'), Buffer.from('two')]);
    expect((await readAll(new ResponseBody(source, 6, patient, context))).toString()).toBe('onetwo');
    expect(await readAll(new ResponseBody(Readable.from([]), 0, patient, context))).toHaveLength(0);
  });

  it('never ends short, and never long', async () => {
    for (const length of [5, 7]) {
      const body = new ResponseBody(Readable.from([Buffer.from('onetwo')]), length, patient, context);
      await expect(readAll(body)).rejects.toMatchObject({ code: 'unavailable', context });
    }
  });

  it('ends with `unavailable` when the connection breaks', async () => {
    const source = new PassThrough();
    const reading = readAll(new ResponseBody(source, 6, patient, context));
    source.write('one');
    source.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    await expect(reading).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('ends with `timeout` when the server falls silent', async () => {
    const source = new PassThrough();
    source.write('one');
    const body = new ResponseBody(source, 6, quick, context);
    await expect(readAll(body)).rejects.toMatchObject({ code: 'timeout' });
    expect(source.destroyed).toBe(true);
  });

  it('ends with `timeout` when the whole takes too long', async () => {
    const source = new PassThrough();
    const trickle = setInterval(() => source.write('.'), 5);
    const body = new ResponseBody(source, 1_000_000, { idleMs: 60_000, wholeMs: 100 }, context);
    await expect(readAll(body)).rejects.toMatchObject({ code: 'timeout' });
    clearInterval(trickle);
  });

  it('waits for a slow reader, and makes the server wait', async () => {
    const chunk = Buffer.alloc(64 * 1024);
    let sent = 0;
    const source = new Readable({
      read() {
        sent += 1;
        this.push(sent > 200 ? null : chunk);
      },
    });
    const body = new ResponseBody(source, 200 * chunk.length, quick, context);
    body.read(0);
    await sleep(150);
    expect(sent).toBeLessThan(20);
    expect(body.destroyed).toBe(false);
    expect(await readAll(body)).toHaveLength(200 * chunk.length);
  });

  it('ends the transfer when its reader goes away', async () => {
    const source = new PassThrough();
    const body = new ResponseBody(source, 6, patient, context);
    body.resume();
    body.destroy();
    await sleep(0);
    expect(source.destroyed).toBe(true);
  });
});
