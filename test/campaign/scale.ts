/**
 * The size of a campaign: `short` where CAMPAIGN_SCALE=short, else `full`.
 * @throws Error where CAMPAIGN_SCALE is anything but short or full
 */
export function scale<T>(short: T, full: T): T {
  const chosen = process.env['CAMPAIGN_SCALE'] ?? 'full';
  if (chosen !== 'short' && chosen !== 'full') {
    throw new Error(`CAMPAIGN_SCALE: got ${JSON.stringify(chosen)}, takes short or full`);
  }
  return chosen === 'short' ? short : full;
}
