import { operatorCommands } from './operator-commands.js';

void operatorCommands().parseAsync();
