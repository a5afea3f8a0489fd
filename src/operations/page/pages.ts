import { type Html, html, trusted } from '../../pages/html.js';
import { type PageFrame, page } from '../../pages/layout.js';
import { PAGE_HEAD } from '../staff/login-pages.js';
import type { FailureRecord, RunRecord } from './run-records.js';
import { failureView, runView } from './run-view.js';
import type { StoreState } from './state.js';
import { storeView } from './store-view.js';
import { moment } from './wording.js';

/** What a redirect after a button may say; anything else in the address says nothing. */
const NOTICES: Record<string, string> = {
  retry:
    'The retry is queued, and is listed as a run once it starts. It waits up to two and a half minutes for a run that moves files; if that takes longer, retry when it has ended.',
  copies: 'The owed copies are queued.',
};

const LIVE_HEAD = trusted(
  `${PAGE_HEAD.markup}<script src="/operations/assets/operations.js" defer></script>`,
);

const SIGN_OUT = html`<form method="post" action="/operations/logout/"><button class="plain">Sign out</button></form>`;

export function operationsPage(
  frame: PageFrame,
  view: { store: StoreState; runs: RunRecord[]; notice: string | undefined },
): string {
  const notice = view.notice === undefined ? undefined : NOTICES[view.notice];
  const main = html`<div class="head"><h1>Operations</h1>
<nav><a href="/operations/queues/">Queues</a> <a href="/metrics">Metrics</a> <a href="/health/ready">Health</a></nav>
<p id="live" class="soft" role="status">As of ${moment(view.store.asOf)}</p>${SIGN_OUT}</div>
${notice !== undefined && html`<p class="notice good" role="status">${notice}</p>`}
${storeView(view.store)}
<h2>Runs</h2>
<div id="runs">${view.runs.map(runView)}</div>
<p class="empty" id="no-runs">No run yet. <code>npm run migrate:certs -- --dry-run</code> shows what one would do.</p>`;
  return operationsFrame({ ...frame, head: LIVE_HEAD }, 'Operations', main);
}

export function runPage(
  frame: PageFrame,
  run: RunRecord,
  failures: FailureRecord[],
  next: string | undefined,
): string {
  const main = html`<div class="head"><h1>Run</h1><nav><a href="/operations/">All runs</a></nav>${SIGN_OUT}</div>
<h2>Outcome</h2>
${runView(run)}
<h2>Failures</h2>
${failures.length === 0 && html`<p class="empty shown">None${run.failed > 0 ? ' further' : ''}.</p>`}
<ul class="card failures all">${failures.map(failureView)}</ul>
${next !== undefined && html`<p><a href="/operations/runs/${run.id}/?after=${encodeURIComponent(next)}">Next page</a></p>`}`;
  return operationsFrame({ ...frame, head: PAGE_HEAD }, 'Run', main);
}

function operationsFrame(frame: PageFrame, title: string, main: Html): string {
  return page(frame, title, main, html`<p><a href="/">Start page</a></p>`);
}
