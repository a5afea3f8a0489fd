/** With `--json`: the one document of a command that came to nothing. @param code stable @param next what to do about it */
export function refusal(code: string, detail: string, next?: string): string {
  return `${JSON.stringify({ error: { code, detail, next } })}\n`;
}
