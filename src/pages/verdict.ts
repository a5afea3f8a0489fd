import { type Html, html, trusted } from './html.js';

export type Severity = 'good' | 'warn' | 'bad';

/** Shapes differ, not only colours: not everyone tells red from green. */
const ICONS: Record<Severity, Html> = {
  good: icon('<circle cx="24" cy="24" r="20"/><path d="M15 25l6.5 6.5L34 18"/>'),
  warn: icon('<path d="M24 6L44 41H4z"/><path d="M24 19v11M24 35v.5"/>'),
  bad: icon('<path d="M16 4h16l12 12v16L32 44H16L4 32V16z"/><path d="M17 17l14 14M31 17L17 31"/>'),
};

function icon(paths: string): Html {
  return trusted(
    `<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`,
  );
}

/** The head of a page's card: what is the matter, in one line and one sentence. */
export function verdict(severity: Severity, title: string, detail: string): Html {
  return html`<div class="verdict ${severity}">${ICONS[severity]}<div><h1>${title}</h1><p>${detail}</p></div></div>`;
}
