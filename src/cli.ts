import './collect-early.js';
import { operatorCommands } from './operator-commands.js';

void operatorCommands().parseAsync();
