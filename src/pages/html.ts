/** Markup that may be put into a page as it is. Only {@link html} and {@link trusted} make it. */
export class Html {
  constructor(readonly markup: string) {}
}

type Part = string | number | Html | null | undefined | false | Part[];

/** Marks a constant of this program as markup. Never to be called with anything from outside. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

/**
 * Template tag for pages: every interpolated text is escaped for element content and for quoted attributes. `null`,
 * `undefined` and `false` leave nothing. URLs must be checked by who makes them; escaping does not stop `javascript:`.
 */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((page, text, i) => page + render(parts[i - 1]) + text));
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.markup;
  if (Array.isArray(part)) return part.map(render).join('');
  return String(part).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
