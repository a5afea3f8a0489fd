import { type ArgumentMetadata, Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import { Problem } from './problem.js';

/** A zod issue as the Standard Schema interface passes it on. */
interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
  code?: string;
  /** Of `unrecognized_keys`. */
  keys?: string[];
}

export interface FieldError {
  /** Path from the root: `participant.display_name`, `results.3.placement`; `body` or `query` for the whole. */
  field: string;
  message: string;
}

/** What zod says where a schema has no words of its own: in terms of JavaScript, which the caller may never have seen. */
const ZODS_OWN = /^Invalid input: expected (\w+), received .*$/;
const WORDS: Record<string, string> = {
  array: 'a list',
  int: 'a whole number',
  object: 'an object',
  string: 'a string',
};

/** 10,000 wrong results do not get 10,000 sentences. */
const MOST_ERRORS = 50;

/**
 * Checks a request's input by the schema its handler names (`@Body({ schema })`, `@Query({ schema })`,
 * `@Param('id', { schema })`). Bad input is a 422 that names every field and says what it takes; the values themselves
 * are not repeated: they may be personal.
 */
@Injectable()
export class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<T = unknown>(value: unknown, metadata: ArgumentMetadata): Promise<T> {
    const schema = metadata.schema;
    if (!schema || !this.toValidate(metadata)) return value as T;
    this.stripProtoKeys(value);
    const result = await this.validate<T>(value, schema);
    if (result.issues) throw problemOf(metadata, result.issues);
    return result.value;
  }
}

function problemOf(metadata: ArgumentMetadata, issues: readonly Issue[]): Problem {
  if (metadata.type === 'param') {
    const name = metadata.data ?? 'id';
    return new Problem(
      422,
      'invalid_id',
      'Not a valid id',
      `The ${name} in the path is not valid: ${issues[0]?.message ?? 'wrong'}.`,
    );
  }
  const whole = metadata.type === 'query' ? 'query' : 'body';
  const errors = issues.flatMap((issue) => fieldErrors(issue, whole));
  return new Problem(
    422,
    'validation_failed',
    'The request is not valid',
    errors
      .slice(0, 3)
      .map(({ field, message }) => `${field}: ${message}.`)
      .join(' ') + (errors.length > 3 ? ` And ${errors.length - 3} more.` : ''),
    {
      extensions: {
        errors: errors.slice(0, MOST_ERRORS),
        ...(errors.length > MOST_ERRORS ? { errors_in_all: errors.length } : {}),
      },
    },
  );
}

function fieldErrors(issue: Issue, whole: string): FieldError[] {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  if (issue.code === 'unrecognized_keys' && issue.keys) {
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'unknown; leave it out' }));
  }
  const message = issue.message.replace(ZODS_OWN, (own, type: string) =>
    WORDS[type] ? `must be ${WORDS[type]}` : own,
  );
  return [{ field: path.join('.') || whole, message }];
}
