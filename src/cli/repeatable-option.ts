import { Option } from 'commander';

/** An option that may be given again: its values in order. */
export function repeatable(flags: string, is: string): Option {
  return new Option(flags, is).argParser((value: string, earlier: string[] = []) => [...earlier, value]);
}
