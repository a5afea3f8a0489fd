/** Who is asking, as a verified token says. */
export interface Principal {
  /** The token's `sub`. */
  userId: string;
  staff: boolean;
}

/** Staff and the organizer of this very tournament may issue, list and revoke. */
export function mayManage(who: Principal, tournament: { organizerId: string }): boolean {
  return who.staff || who.userId === tournament.organizerId;
}

/** A certificate is shown to its owner and to whoever manages its tournament. */
export function mayRead(
  who: Principal,
  certificate: { userId: string | null },
  tournament: { organizerId: string },
): boolean {
  return mayManage(who, tournament) || (certificate.userId !== null && who.userId === certificate.userId);
}
