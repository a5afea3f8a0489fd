import type { TaskName } from '../engine/task.js';

/** How a task speaks of what it did. */
export const VERBS: Record<TaskName, string> = {
  migrate: 'migrated',
  validate: 'valid',
  restore: 'restored',
  retire: 'retired',
  import: 'imported',
  erase: 'erased',
};
