import { createHash } from 'node:crypto';

/** The one style sheet of all pages, sent inside them: a page is one request and works wherever it is opened. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f2e9; --card: #fffdf8; --ink: #23201a; --soft: #655e50; --line: #ddd3bd; --gold: #86691f;
  --good: #17633a; --good-bg: #e3f1e6; --warn: #7a4d00; --warn-bg: #fbefd2; --bad: #98201f; --bad-bg: #fae3df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15140f; --card: #1f1d17; --ink: #f1ece0; --soft: #b3aa97; --line: #3b372c; --gold: #d9b95f;
    --good: #8fdcab; --good-bg: #15301f; --warn: #f2c877; --warn-bg: #382a0e; --bad: #ffaca1; --bad-bg: #3f1815;
  }
}
* { box-sizing: border-box; margin: 0; }
html { -webkit-text-size-adjust: 100%; }
body {
  min-height: 100vh; display: flex; flex-direction: column; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Bengali', sans-serif;
}
header, main, footer { width: 100%; max-width: 46rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.25rem; padding-bottom: 1rem; color: var(--soft); letter-spacing: .04em; }
header b { color: var(--ink); font-weight: 600; }
main { flex: 1; }
footer { padding-top: 1.5rem; padding-bottom: 2rem; color: var(--soft); font-size: .875rem; }
footer p + p { margin-top: .5rem; }
a { color: var(--gold); text-underline-offset: .15em; }
a:focus-visible { outline: 2px solid var(--gold); outline-offset: 2px; border-radius: 2px; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden;
  box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 8px 24px rgb(0 0 0 / .06);
}
.verdict { display: flex; gap: .875rem; align-items: center; padding: 1.125rem 1.25rem; border-bottom: 1px solid var(--line); }
.verdict svg { flex: none; width: 2.5rem; height: 2.5rem; }
.verdict h1 { font-size: 1.25rem; line-height: 1.3; margin-bottom: .125rem; }
.verdict p { font-size: .9375rem; }
.good { background: var(--good-bg); } .good h1, .good svg { color: var(--good); }
.warn { background: var(--warn-bg); } .warn h1, .warn svg { color: var(--warn); }
.bad { background: var(--bad-bg); } .bad h1, .bad svg { color: var(--bad); }
.award { padding: 1.75rem 1.25rem 1.25rem; text-align: center; }
.award .label { color: var(--soft); font-size: .875rem; }
.award .name {
  font: 600 clamp(1.6rem, 1.1rem + 3.6vw, 2.6rem)/1.25 'Iowan Old Style', Palatino, 'Palatino Linotype', 'Noto Serif', 'Noto Serif Bengali', Georgia, serif;
  overflow-wrap: anywhere; margin: .125rem 0 .625rem;
}
.award .what { color: var(--gold); font-weight: 600; font-size: 1.125rem; }
.award p, .verdict h1 { text-wrap: balance; }
.award .where { overflow-wrap: anywhere; }
.struck .name, .struck .what { text-decoration: line-through; text-decoration-thickness: 1px; color: var(--soft); }
figure { padding: 0 1.25rem 1.25rem; }
figure img {
  display: block; width: 100%; height: auto; aspect-ratio: 7 / 5; object-fit: cover; background: #fff; border: 1px solid var(--line); border-radius: .375rem;
}
dl { border-top: 1px solid var(--line); padding: .5rem 1.25rem; }
dl div { display: flex; gap: 1rem; justify-content: space-between; padding: .5rem 0; }
dl div + div { border-top: 1px solid var(--line); }
dt { color: var(--soft); flex: none; max-width: 45%; }
dd { text-align: right; overflow-wrap: anywhere; min-width: 0; }
.code { display: flex; flex-wrap: wrap; gap: .625rem; padding: 1.25rem; }
.code input, .code button { font: inherit; padding: .625rem .875rem; border: 1px solid var(--line); border-radius: .375rem; }
.code input { flex: 99 1 16rem; min-width: 0; background: var(--paper); color: var(--ink); }
.code button { flex: 1 0 auto; background: var(--gold); border-color: var(--gold); color: var(--card); font-weight: 600; cursor: pointer; }
.code :focus-visible { outline: 2px solid var(--gold); outline-offset: 2px; }
code { font: .875em/1.4 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.text { padding: 1.25rem; display: grid; gap: .875rem; }
.text ul { padding-left: 1.25rem; display: grid; gap: .375rem; }
@media (max-width: 30rem) {
  dl div { display: block; } dt { max-width: none; font-size: .875rem; } dd { text-align: left; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --gold: #000; --good: #000; --warn: #000; --bad: #000; --good-bg: #fff; --warn-bg: #fff; --bad-bg: #fff; }
  .card { box-shadow: none; break-inside: avoid; } footer a { display: none; }
}
`;

/** Lets the browser apply this very style sheet and no other. */
export const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
