import { rmSync } from 'node:fs';
import type { ObjectState } from '../../state/object-states.js';
import type { Mirror } from '../mirror.js';

/** States of objects whose copy may yet be made. */
const OWED: ObjectState[] = ['pending', 'archived', 'restoring', 'failed'];

/**
 * Removes partial files of large objects that are gone or were replaced: nobody will continue them. Only what this state
 * remembers: a mirror with another state file may yet continue its own in the same folder.
 */
export function removeAbandonedPartials({
  state,
  work,
  settings,
}: Pick<Mirror, 'state' | 'work' | 'settings'>): void {
  const abandoned = new Set(state.fetchedRanges.partials());
  if (abandoned.size === 0) return;
  for (const { id } of state.buckets.all().filter(({ goneAt }) => goneAt === null)) {
    for (const page of state.objects.walk(id, OWED)) {
      for (const row of page) if (row.size >= settings.largeObject) abandoned.delete(work.partialName(row));
    }
  }
  for (const name of abandoned) {
    rmSync(work.partialFile(name), { force: true });
    state.fetchedRanges.clear(name);
  }
}
