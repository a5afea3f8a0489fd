import { type Html, html, trusted } from './html.js';
import type { PageLanguage } from './language.js';
import { STYLE } from './style.js';

export interface PageFrame {
  language: PageLanguage;
  /** Who runs the service: stands at the head of every page. */
  issuer: string;
  /** Further elements of the head: a page's own style sheet or script, from this service. */
  head?: Html;
}

// Markup that does not change must not pass the escaper: the style's hash is part of the security policy.
const HEAD = trusted(`<style>${STYLE}</style>`);
const ICON = trusted(
  `<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='16' cy='13' r='10' fill='%239a7b2f'/%3E%3Cpath d='M10 20l-3 10 9-4 9 4-3-10z' fill='%239a7b2f'/%3E%3Cpath d='M11 13l4 4 7-8' fill='none' stroke='white' stroke-width='2.5'/%3E%3C/svg%3E">`,
);

/** A whole page. It is not to be found by search engines: pages can hold names. */
export function page(frame: PageFrame, title: string, main: Html, footer: Html): string {
  return html`<!doctype html>
<html lang="${frame.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${frame.issuer}</title>
${ICON}
${HEAD}
${frame.head}
</head>
<body>
<header><b>${frame.issuer}</b></header>
<main>
${main}
</main>
<footer>
${footer}
</footer>
</body>
</html>
`.markup;
}
