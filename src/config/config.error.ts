export interface ConfigProblem {
  name: string;
  /** The value found; undefined where it was missing or is secret. */
  got?: string | undefined;
  takes: string;
}

/** Stops the start. Its message names every variable that is wrong, what it got and what it takes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: ConfigProblem[]) {
    super(
      problems
        .map(
          ({ name, got, takes }) =>
            `${name}: ${got === undefined ? 'takes' : `got ${JSON.stringify(got)}, takes`} ${takes}`,
        )
        .join('\n'),
    );
  }
}
