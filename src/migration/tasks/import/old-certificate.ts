export type Fields = Record<string, unknown>;

/** A certificate as the old store has it, with its tournament; not checked yet: see `certificateSchema`. */
export type OldCertificate = Fields;

/** @returns undefined where the manifest does not have it: then it must be here already */
export function tournamentOf(id: unknown, fields: Fields): Fields | undefined {
  const { name, status, completed_at } = fields;
  if (name === undefined || name === '') return undefined;
  return { id, name, status, completed_at, organizer_id: fields['organizer'] ?? fields['organizer_id'] };
}
