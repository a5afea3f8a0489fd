import type { TaskName } from '../engine/task.js';

/** A task's verb for what it did. */
export const VERBS: Record<TaskName, string> = {
  migrate: 'migrated',
  validate: 'valid',
  restore: 'restored',
  retire: 'retired',
  import: 'imported',
  erase: 'erased',
};
