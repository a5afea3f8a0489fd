import { codeForm } from './code-form.js';
import { type Html, html } from './html.js';
import { type PageFrame, page } from './layout.js';
import { type AwardType, formatDay, TEXTS, type Texts } from './texts.js';
import { verdict } from './verdict.js';

/** What the certificate says. */
export interface CertifiedFacts {
  /** Null where it is shown no more: deleted or erased. */
  displayName: string | null;
  tournament: string;
  award: AwardType;
  placement: number | null;
  generatedAt: Date;
}

export type VerificationView = PageFrame & {
  siteUrl: string;
  /** As asked for; printed on the certificate. */
  code: string;
} & (
    | { state: 'unknown' }
    | {
        state: 'valid' | 'not_checked' | 'tampered';
        facts: CertifiedFacts;
        /** When the file was last read and found right. */
        lastVerifiedAt: Date | null;
        /** Where the certificate's image is; none is shown of a tampered one. */
        imageUrl: string | null;
      }
    | { state: 'revoked'; facts: CertifiedFacts; revokedAt: Date; revokedReason: string | null }
  );

/** What someone sees who scans the code on a certificate. */
export function verificationPage(view: VerificationView): string {
  const texts = TEXTS[view.language];
  const { title, detail } = texts.verdicts[view.state];
  const main = html`<article class="card">
${verdict(SEVERITY[view.state], title, detail)}
${view.state === 'unknown' ? null : award(view.facts, texts, view.state === 'revoked')}
${'imageUrl' in view && view.imageUrl && view.state !== 'tampered' ? image(view.imageUrl, texts) : null}
${
  view.state === 'unknown'
    ? codeForm(view.language, LIKE_A_CODE.test(view.code) ? view.code : '')
    : html`<dl>
${rows(view, texts)}
</dl>`
}
</article>`;
  const footer = html`${view.state === 'valid' || view.state === 'not_checked' ? html`<p>${texts.compare}</p>` : null}
<p>${texts.address(view.siteUrl)}</p>
<p><a href="/">${texts.home}</a></p>`;
  return page(view, title, main, footer);
}

/** Whatever else stands in an address, such as a sentence in a link somebody sent, is not for the issuer's own page. */
const LIKE_A_CODE = /^[\da-z-]{1,40}$/i;

const SEVERITY = {
  valid: 'good',
  not_checked: 'good',
  tampered: 'bad',
  revoked: 'bad',
  unknown: 'warn',
} as const;

function award(facts: CertifiedFacts, texts: Texts, struck: boolean): Html {
  return html`<section class="award${struck ? ' struck' : ''}">
<p class="label">${texts.awardedTo}</p>
<p class="name" dir="auto">${facts.displayName ?? texts.erased}</p>
<p class="what">${texts.awards[facts.award]}</p>
<p class="where" dir="auto">${facts.tournament}</p>
</section>`;
}

function image(url: string, texts: Texts): Html {
  return html`<figure><a href="${url}"><img src="${url}" width="1920" height="1080" alt="${texts.image}"></a></figure>`;
}

function rows(view: Exclude<VerificationView, { state: 'unknown' }>, texts: Texts): Html[] {
  const day = (date: Date) =>
    html`<time datetime="${date.toISOString()}">${formatDay(date, view.language)}</time>`;
  const row = (name: string, value: string | Html) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`;
  const found: Html[] = [];
  if (view.state === 'revoked') {
    found.push(row(texts.revokedOn, day(view.revokedAt)));
    if (view.revokedReason) {
      found.push(row(texts.revokedReason, html`<span dir="auto">${view.revokedReason}</span>`));
    }
  }
  if (view.facts.placement !== null) found.push(row(texts.placement, texts.ordinal(view.facts.placement)));
  found.push(row(texts.issuedOn, day(view.facts.generatedAt)));
  if ('lastVerifiedAt' in view) {
    found.push(row(texts.lastChecked, view.lastVerifiedAt ? day(view.lastVerifiedAt) : texts.never));
  }
  found.push(row(texts.code, html`<code>${view.code}</code>`));
  return found;
}
