/** Whether a date is of the years 1 to 9999 in UTC: those that ISO 8601 has by itself, PostgreSQL takes, and keys have room for. */
export function hasFourDigitYear(date: Date): boolean {
  return /^(?!0000)\d{4}-/.test(date.toISOString());
}
