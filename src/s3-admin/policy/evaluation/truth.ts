/**
 * Three-valued: `unknown` depends on facts nobody has here, such as the address of a later request.
 * The caller decides which way to be careful: a Deny that may apply counts as one, an Allow that may apply does not.
 */
export type Truth = 'yes' | 'no' | 'unknown';

export function truth(value: boolean): Truth {
  return value ? 'yes' : 'no';
}

export function not(value: Truth): Truth {
  if (value === 'unknown') return 'unknown';
  return value === 'yes' ? 'no' : 'yes';
}

/** `no` if any is no, `yes` only if all are. */
export function all(values: Iterable<Truth>): Truth {
  let result: Truth = 'yes';
  for (const value of values) {
    if (value === 'no') return 'no';
    if (value === 'unknown') result = 'unknown';
  }
  return result;
}

/** `yes` if any is yes, `no` only if all are. */
export function any(values: Iterable<Truth>): Truth {
  let result: Truth = 'no';
  for (const value of values) {
    if (value === 'yes') return 'yes';
    if (value === 'unknown') result = 'unknown';
  }
  return result;
}
