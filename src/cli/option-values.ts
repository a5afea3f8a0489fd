import { type Command, InvalidArgumentError } from 'commander';

/**
 * Lets no option of these commands go without its value: in `--limit --json` the number was forgotten, and in
 * `--root "$FOLDER"` the variable is unset.
 */
export function demandOptionValues(command: Command): void {
  for (const option of command.options.filter(({ required }) => required)) {
    const parse = option.parseArg;
    option.argParser((value: string, earlier: unknown) => {
      if (value.trim() === '') throw new InvalidArgumentError('It has no value.');
      if (/^--\w/.test(value))
        throw new InvalidArgumentError('The option has no value; the next word is another option.');
      return parse ? parse(value, earlier) : value;
    });
  }
  command.commands.forEach(demandOptionValues);
}
