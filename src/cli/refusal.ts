/** With `--json`: the one document of a command that did not begin. @param code stable */
export function refusal(code: string, detail: string): string {
  return `${JSON.stringify({ error: { code, detail } })}\n`;
}
