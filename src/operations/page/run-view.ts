import { type Html, html } from '../../pages/html.js';
import { isRetryable } from '../../migration/jobs/retry.jobs.js';
import type { FailureRecord, RunRecord } from './run-records.js';
import { bytes, moment, number, percent, span } from './wording.js';

/** A run that has written nothing for so long may be dead, milliseconds. */
const SILENT_AFTER_MS = 60_000;

const KINDS: Record<string, string> = { running: 'warn', finished: 'good' };

/** One run; one element, so that it can be replaced by a newer one. */
export function runView(run: RunRecord): Html {
  const handled = run.done + run.skipped + run.failed;
  return html`<section class="card run" id="run-${run.id}">
<h3>${run.task}:certs${run.dryRun && html` <small>dry run</small>`}${run.retryOf !== null && html` <small>retry</small>`}
${badge(run)}</h3>
<progress aria-label="Files handled" max="${Math.max(run.total, handled, 1)}" value="${run.state === 'finished' ? Math.max(run.total, handled, 1) : handled}">${percent(handled / Math.max(run.total, 1))}</progress>
<p>${number(handled)} of ${number(Math.max(run.total, handled))}: ${number(run.done)} done, ${number(run.skipped)} skipped,
<span class="${run.failed > 0 && 'bad-text'}">${number(run.failed)} failed</span>; ${bytes(run.bytes)}</p>
<p class="soft">${moment(run.startedAt)}, ${timing(run, handled)}</p>
${run.reason !== null && html`<p class="bad-text">${run.reason}</p>`}
${failures(run)}
</section>`;
}

function badge({ state, failed }: RunRecord): Html {
  if (state === 'finished' && failed > 0) {
    return html`<span class="state warn">finished, ${number(failed)} failed</span>`;
  }
  return html`<span class="state ${KINDS[state] ?? 'bad'}">${state}</span>`;
}

function timing(run: RunRecord, handled: number): string {
  const { startedAt, finishedAt, heartbeatAt } = run;
  if (finishedAt) return `took ${span(finishedAt.getTime() - startedAt.getTime())}`;
  const silence = Date.now() - heartbeatAt.getTime();
  if (silence > SILENT_AFTER_MS) return `no progress reported for ${span(silence)} (${run.runner})`;
  const elapsed = Date.now() - startedAt.getTime();
  if (handled === 0) return `running for ${span(elapsed)}`;
  const rate = handled / Math.max(1, elapsed / 1000);
  const left = Math.max(0, run.total - handled) / rate;
  return `${rate < 10 ? rate.toFixed(1) : number(Math.round(rate))} files/s, about ${span(left * 1000)} left`;
}

function failures(run: RunRecord): Html | false {
  if (run.failed === 0) return false;
  const some = run.failures.length;
  return html`${some > 0 && html`<ul class="failures">${run.failures.map(failureView)}</ul>`}
<div class="actions">${some > 0 && html`<a href="/operations/runs/${run.id}/">${run.failed > some ? `All ${number(run.failed)} failures` : 'Details'}</a>`}
${retry(run)}</div>`;
}

export function failureView({ key, code, detail }: FailureRecord): Html {
  return html`<li><code>${code}</code> <span>${detail}</span> <small>${key}</small></li>`;
}

/** The button, or what else there is to do. */
function retry(run: RunRecord): Html | false {
  if (run.state === 'running' || run.failed === 0) return false;
  if (run.retried) return html`<span class="soft">tried again</span>`;
  if (run.dryRun || !isRetryable(run.task)) {
    return html`<span class="soft">fix the cause, then run <code>npm run ${run.task}:certs</code></span>`;
  }
  return html`<form method="post" action="/operations/runs/${run.id}/retry/"><button>Retry the failed files</button></form>`;
}
