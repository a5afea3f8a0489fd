import { readFileSync } from 'node:fs';
import { operatorCommands } from './operator-commands.js';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

test.each(operatorCommands().commands.map((command) => [command.name(), command] as const))(
  'the help of %s calls it by the npm script that runs it',
  (name, command) => {
    const [, script = ''] = /^Usage: npm run (\S+) -- /.exec(command.helpInformation()) ?? [];
    expect(scripts[script]).toMatch(new RegExp(`dist/cli\\.js ${name}$`));
  },
);
