import { asList, type PolicyDocument } from './document.js';
import { instant } from './evaluation/operators.js';

/**
 * Now, and the future moments around each date a policy's conditions name: a Deny that begins next week locks out then.
 */
export function momentsToTry(now: Date, policy: PolicyDocument | null): Date[] {
  const moments = new Set<number>();
  for (const { Condition } of policy?.Statement ?? []) {
    for (const keys of Object.values(Condition ?? {})) {
      for (const [key, values] of Object.entries(keys)) {
        if (!/^aws:(currenttime|epochtime)$/i.test(key)) continue;
        for (const named of asList(values).map((value) => instant(String(value)))) {
          for (const moment of [named - 1_000, named, named + 1_000]) {
            if (moment > now.getTime()) moments.add(moment);
          }
        }
      }
    }
  }
  return [now, ...[...moments].sort((a, b) => a - b).map((moment) => new Date(moment))];
}
