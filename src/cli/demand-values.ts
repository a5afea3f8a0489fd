import { type Command, InvalidArgumentError } from 'commander';

/**
 * Lets no option or argument of these commands go without its value: in `--limit --json` the number was forgotten, and in
 * `--root "$FOLDER"` the variable is unset.
 */
export function demandValues(command: Command): void {
  for (const option of command.options.filter(({ required }) => required)) {
    const parse = option.parseArg;
    option.argParser((value: string, earlier: unknown) => {
      refuseEmpty(value);
      if (/^--\w/.test(value))
        throw new InvalidArgumentError('The option has no value; the next word is another option.');
      return parse ? parse(value, earlier) : value;
    });
  }
  for (const argument of command.registeredArguments) {
    argument.argParser<unknown>((value, earlier) => {
      refuseEmpty(value);
      return argument.variadic ? [...((earlier as string[] | undefined) ?? []), value] : value;
    });
  }
  command.commands.forEach(demandValues);
}

function refuseEmpty(value: string): void {
  if (value.trim() === '') throw new InvalidArgumentError('It has no value.');
}
