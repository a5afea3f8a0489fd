import { z } from 'zod';
import { type Fields, type OldCertificate, tournamentOf } from './old-certificate.js';

const SHAPE = 'must be a list of objects with model, pk and fields, as `manage.py dumpdata` writes it';
/** Models of `dumpdata`, by the last part of their name: the application before it differs from project to project. */
const dumpSchema = z.array(
  z.object(
    {
      model: z.string(SHAPE),
      pk: z.union([z.number(), z.string()], 'has an object without a pk: dump it without --natural-primary'),
      fields: z.record(z.string(), z.unknown(), SHAPE),
    },
    SHAPE,
  ),
  SHAPE,
);
type Dump = z.infer<typeof dumpSchema>;

/**
 * The certificates of a JSON file that `manage.py dumpdata` has written.
 * @param notice what the operator should know of it
 * @throws ZodError, Error saying what is wrong
 */
export function fromDump(json: unknown, notice: (text: string) => void): OldCertificate[] {
  const objects = dumpSchema.parse(json);
  for (const { pk } of objects) textOf(pk);
  const [tournaments, registrations, users] = ['tournament', 'registration', 'user'].map((model) =>
    byKey(model, ofModel(model, objects)),
  ) as [Map<string, Fields>, Map<string, Fields>, Map<string, Fields>];
  const certificates = ofModel('certificate', objects);
  if (certificates.length === 0 && objects.length > 0) {
    const models = [...new Set(objects.map(({ model }) => model))].join(', ');
    throw new Error(`has no model named certificate, only ${models}`);
  }
  const alone = certificates.filter(
    ({ fields }) => !registrations.has(textOf(fields['participant']) ?? ''),
  ).length;
  if (alone > 0) {
    notice(
      `${alone} of ${certificates.length} certificates have no registration in it: they are imported without owner and name`,
    );
  }
  return certificates.map(({ fields }) => {
    const participant = textOf(fields['participant']);
    const registration = registrations.get(participant ?? '') ?? {};
    const user = textOf(registration['user']);
    const tournament = textOf(fields['tournament']) ?? '';
    return {
      ...fields,
      tournament_id: fields['tournament'],
      tournament: tournamentOf(tournament, tournaments.get(tournament) ?? {}),
      participant_id: participant,
      user_id: user,
      display_name:
        registration['display_name'] ?? registration['team_name'] ?? nameOf(users.get(user ?? '')),
    };
  });
}

function ofModel(model: string, objects: Dump): Dump {
  return objects.filter((object) => object.model.toLowerCase().split('.').at(-1) === model);
}

/** @throws Error where two applications have a model of this name: which one is meant can't be told */
function byKey(model: string, objects: Dump): Map<string, Fields> {
  const fields = new Map(objects.map((object) => [String(object.pk), object.fields]));
  if (fields.size === objects.length) return fields;
  const models = [...new Set(objects.map((object) => object.model))].join(', ');
  throw new Error(
    `has the same pk twice among ${models}: keep only the model that the certificates belong to`,
  );
}

function nameOf(user: Fields | undefined): string | undefined {
  const full = [user?.['first_name'], user?.['last_name']].filter(Boolean).join(' ');
  return full || textOf(user?.['username']);
}

/** @throws Error where it is a natural key: whom it means only Django can tell; or a number that was rounded: another's */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new Error(`has an id above ${Number.MAX_SAFE_INTEGER}: put all ids that long in quotes`);
  }
  if (Array.isArray(value)) throw new Error('uses natural keys: dump it without --natural-foreign');
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}
