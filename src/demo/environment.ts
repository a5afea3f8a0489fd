import { VARIABLES } from '../config/variables.js';

/**
 * Environment of a service that shows what it does: as if nothing were configured but `own`. Whoever tries the
 * demonstration in the folder of a real installation must not find its results in the real database or bucket.
 * @param from what else a process needs, such as PATH
 */
export function demoEnvironment(
  own: Record<string, string>,
  from: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const nothing = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, '']));
  return { ...from, ...nothing, LOG_LEVEL: 'warn', ...own };
}
