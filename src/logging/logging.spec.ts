import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';
import { scrub } from './scrub.js';
import { serializeError } from './serialize-error.js';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.w_qlHWBnG_3raw6JR2HwZNBAYRd6SBw5nzDDx5HzVdc';

function logging(level: 'info' | 'debug' = 'debug') {
  let text = '';
  const logger = createLogger(
    { logLevel: level, production: true },
    { write: (line: string) => void (text += line) },
  );
  return {
    logger,
    nest: new NestLogger(logger),
    text: () => text,
    last: () => JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>,
  };
}

describe('scrub', () => {
  it.each([
    [
      `https://b.s3.test/pdf/k.pdf?X-Amz-Credential=AKIA&X-Amz-Signature=abc failed`,
      'https://b.s3.test/pdf/k.pdf?[redacted] failed',
    ],
    ['GET "/k?AWSAccessKeyId=AKIA&Signature=abc"', 'GET "/k?[redacted]"'],
    [`Authorization: Bearer ${TOKEN}`, 'Authorization: Bearer [redacted]'],
    [`token ${TOKEN} refused`, 'token [redacted token] refused'],
    ['postgresql://app:s3cr3t@db:5432/x', 'postgresql://[redacted]@db:5432/x'],
    ['redis://:s3cr3t@cache', 'redis://[redacted]@cache'],
    ['http://127.0.0.1:3000/a?format=pdf', 'http://127.0.0.1:3000/a?format=pdf'],
  ])('%s', (text, clean) => {
    expect(scrub(text)).toBe(clean);
  });
});

describe('an error in the log', () => {
  it('keeps type, code, message, stack, context and causes, and no rows or parameters', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new Error('outer', { cause }), {
      code: '23505',
      detail: 'Key (display_name)=(Ada Lovelace) already exists.',
      parameters: ['Ada Lovelace'],
      context: { operation: 'get', url: 'https://b/k?X-Amz-Signature=abc' },
    });
    const serialized = serializeError(error);
    expect(serialized).toMatchObject({
      type: 'Error',
      code: '23505',
      message: 'outer',
      context: { operation: 'get', url: 'https://b/k?[redacted]' },
      cause: { type: 'TypeError', code: 'ECONNREFUSED', message: 'inner' },
    });
    expect(serialized.stack).toContain('logging.spec');
    expect(JSON.stringify(serialized)).not.toContain('Lovelace');
  });

  it('leaves out the message of Prisma, which quotes the query', () => {
    class PrismaClientValidationError extends Error {}
    const { logger, nest, text } = logging();
    const error = new PrismaClientValidationError('Invalid create: { displayName: "Ada Lovelace" }');
    logger.error({ err: error }, 'failed');
    nest.error(error, 'Test');
    nest.warn({ err: error }, 'Test');
    nest.warn({ msg: 'told', err: new Error('outer', { cause: error }) }, 'Test');
    expect(text()).not.toContain('Lovelace');
    expect(text().match(/PrismaClientValidationError/g)).toHaveLength(4);
  });

  it('survives what is no error, and a cause that is its own', () => {
    expect(serializeError('just text')).toEqual({ type: 'string', message: 'just text' });
    const circular = new Error('round');
    circular.cause = circular;
    expect(JSON.stringify(serializeError(circular)).length).toBeLessThan(20_000);
  });
});

describe("Nest's logger", () => {
  it('writes sentences and fields with the name of the class', () => {
    const { nest, last } = logging();
    nest.log('a sentence', 'Storage');
    expect(last()).toMatchObject({ level: 'info', context: 'Storage', msg: 'a sentence' });
    nest.warn({ msg: 'read fell back', key: 'pdf/x', err: new Error('timeout') }, 'Storage');
    expect(last()).toMatchObject({
      level: 'warn',
      context: 'Storage',
      msg: 'read fell back',
      key: 'pdf/x',
      err: { message: 'timeout' },
    });
    nest.error('it broke', 'Error: x\n    at y', 'Storage');
    expect(last()).toMatchObject({
      level: 'error',
      msg: 'it broke',
      stack: expect.stringContaining('at y') as string,
    });
  });

  it('keeps what Nest tells of its modules and routes to the debug level', () => {
    const { nest, text } = logging('info');
    nest.log('Mapped {/x, GET} route', 'RouterExplorer');
    expect(text()).toBe('');
  });
});

it('personal fields and credentials are cut out of any line', () => {
  const { logger, text } = logging();
  logger.info(
    { display_name: 'Ada', participant: { name: 'Ada' }, job: { displayName: 'Ada', token: TOKEN } },
    'x',
  );
  logger.info({ headers: { authorization: TOKEN }, request: { body: { name: 'Ada' }, url: '/x?y' } }, 'x');
  expect(text()).not.toMatch(/Ada|eyJ|\/x\?y/);
});
