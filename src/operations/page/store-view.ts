import { type Html, html } from '../../pages/html.js';
import type { RunRecord } from './run-records.js';
import type { StoreState } from './state.js';
import { countOf, moment, number, percent, plural, span } from './wording.js';

const MODES: Record<string, string> = {
  false: 'new files go to local disk',
  dual: 'new files go to local disk and to S3',
  true: 'new files go to S3',
};

/** Everything about the store as a whole; one element, so that it can be replaced by a newer one. */
export function storeView(state: StoreState): Html {
  return html`<div id="store" class="grid">
${locationCard(state)}
${rollbackCard(state)}
${copiesCard(state)}
${integrityCard(state)}
</div>`;
}

function locationCard({ files, mode, bucket, s3 }: StoreState): Html {
  const parts = [
    { name: 'local only', kind: 'local', count: files.localOnly },
    { name: 'both', kind: 'both', count: files.both },
    { name: 'S3 only', kind: 's3', count: files.s3Only },
  ];
  const sum = parts.reduce((all, { count }) => all + count, 0);
  let from = 0;
  const bars = parts.map(({ kind, count }) => {
    const width = sum === 0 ? 0 : (100 * count) / sum;
    const bar = html`<rect class="${kind}" x="${from}" y="0" width="${width}" height="10"></rect>`;
    from += width;
    return bar;
  });
  const legend = parts.map(
    ({ name, kind, count }) =>
      html`<li><i class="${kind}"></i>${name} <b>${number(count)}</b> <small>${percent(sum === 0 ? 0 : count / sum)}</small></li>`,
  );
  const label = parts.map(({ name, count }) => `${name} ${number(count)}`).join(', ');
  return html`<section class="card wide"><h2>Certificate files by location</h2>
${
  files.total === 0
    ? html`<p class="empty">No certificate has been issued yet.</p>`
    : html`<svg class="bar" role="img" aria-label="${label}" viewBox="0 0 100 10" preserveAspectRatio="none">${bars}</svg>
<ul class="legend">${legend}</ul>`
}
<p>${files.estimated ? 'About ' : ''}${plural(files.total, 'file')}. Mode in force: <code>USE_S3_FOR_CERTS=${mode}</code>,
${MODES[mode]}. ${bucket === undefined ? 'No bucket is configured.' : html`Bucket <code>${bucket}</code> ${s3 === 'answers' ? 'answers' : html`<strong class="bad-text">does not answer</strong>`}.`}</p>
</section>`;
}

function rollbackCard({ away, s3, spotCheck }: StoreState): Html {
  if (away.count === 0) {
    const doubtful = spotCheck !== undefined && spotCheck.failed > 0;
    return html`<section class="card"><h2>Rollback check</h2>
<p class="figure ${doubtful ? 'warn-text' : 'good-text'}">Ready${doubtful && ' by the rows'}</p>
<p>According to the rows, every certificate has a local copy: <code>USE_S3_FOR_CERTS=false</code> needs nothing from S3.
<code>validate:certs</code> compares the rows with the disk${spotCheck && html`; it last had ${findings(spotCheck)}`}.</p></section>`;
  }
  const certificates = `${countOf(away)} ${away.count === 1 ? 'certificate' : 'certificates'}`;
  if (s3 === 'answers') {
    return html`<section class="card"><h2>Rollback check</h2>
<p class="figure warn-text">${countOf(away)}</p>
<p>without a local copy. Mode <code>false</code> still reads them from S3, which answers now. Should S3 not answer,
${certificates} would be unreachable with USE_S3_FOR_CERTS=false: run restore:certs.</p></section>`;
  }
  return html`<section class="card"><h2>Rollback check</h2>
<p class="figure bad-text">${countOf(away)}</p>
<p><strong>${certificates} can't be read in any mode now</strong>: no local copy, and ${
    s3 === 'none'
      ? html`no bucket is configured. Set <code>AWS_STORAGE_BUCKET_NAME</code>, then run <code>restore:certs</code>.`
      : html`S3 does not answer. Until it does, <code>restore:certs</code> can't work either, and
<code>USE_S3_FOR_CERTS=false</code> serves all others and issues new ones.`
  }</p></section>`;
}

function copiesCard({ owed, mode }: StoreState): Html {
  const oldest = owed.oldest && `the oldest for ${span(Date.now() - owed.oldest.getTime())}`;
  return html`<section class="card"><h2>Owed copies</h2>
<p class="figure ${owed.count > 0 ? 'warn-text' : 'good-text'}">${countOf(owed)}</p>
${
  owed.count === 0
    ? html`<p>No file waits for its copy in S3${mode === 'dual' ? '' : html`; only mode <code>dual</code> owes copies`}.</p>`
    : html`<p>wait for their copy in S3, ${oldest}.</p>
<form method="post" action="/operations/owed-copies/"><button>Copy now</button></form>`
}
</section>`;
}

function integrityCard({ files, days, mismatched, spotCheck }: StoreState): Html {
  const share = files.total === 0 ? 0 : files.verified / files.total;
  const found = spotCheck && spotCheck.done + spotCheck.failed;
  return html`<section class="card"><h2>Integrity</h2>
<p class="figure">${files.total === 0 ? '–' : percent(share)}</p>
<p>of the files were read and found right in the last ${plural(days, 'day')}.
${
  mismatched.count === 0
    ? 'The daily checks know of none with wrong bytes.'
    : html`<strong class="bad-text">${countOf(mismatched)} with wrong bytes.</strong>`
}</p>
<p>Last spot check: ${
    spotCheck
      ? html`${moment(spotCheck.startedAt)}, ${spotCheck.state}, ${plural(found ?? 0, 'file')} compared, ${findings(spotCheck)}`
      : 'none yet'
  }.</p></section>`;
}

function findings({ id, failed }: RunRecord): Html {
  return html`<a href="/operations/runs/${id}/">${plural(failed, 'finding')}</a>`;
}
