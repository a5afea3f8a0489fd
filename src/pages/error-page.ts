import { html } from './html.js';
import type { PageLanguage } from './language.js';
import { type PageFrame, page } from './layout.js';
import { TEXTS } from './texts.js';
import { verdict } from './verdict.js';

export interface ErrorView extends PageFrame {
  /** HTTP status, 4xx or 5xx. */
  status: number;
  title: string;
  detail: string;
  /** What a person quotes when they ask for help. */
  requestId: string;
}

/**
 * Problems are worded in English, for those who call the API; these are for people. A reader of Bengali needs to know of
 * the likely ones, and nobody can send a token by following a link.
 */
const FOR_PEOPLE: Record<PageLanguage, Record<number, { title: string; detail: string }>> = {
  en: {
    401: {
      title: 'This link does not open by itself',
      detail: 'Sign in on the website that gave it to you, and open your certificate from there.',
    },
  },
  bn: {
    401: {
      title: 'এই লিংকটি সরাসরি খোলা যায় না',
      detail: 'যে ওয়েবসাইট থেকে লিংকটি পেয়েছেন সেখানে সাইন ইন করে আপনার সনদপত্রটি খুলুন।',
    },
    404: { title: 'এখানে কিছু নেই', detail: 'ঠিকানাটি মিলিয়ে দেখুন।' },
    429: { title: 'অনেক বেশি অনুরোধ', detail: 'কিছুক্ষণ পরে আবার চেষ্টা করুন।' },
    500: { title: 'আমাদের এখানে একটি ত্রুটি ঘটেছে', detail: 'নিচের নম্বরটি জানিয়ে সাহায্য চাইতে পারেন।' },
    503: { title: 'সাময়িকভাবে অনুপলব্ধ', detail: 'কিছুক্ষণ পরে আবার চেষ্টা করুন।' },
  },
};

/** What a browser shows where a program would get problem+json. */
export function errorPage(view: ErrorView): string {
  const ours = FOR_PEOPLE[view.language][view.status];
  const language = ours ? view.language : 'en';
  const { title, detail } = ours ?? view;
  const texts = TEXTS[language];
  const main = html`<article class="card">
${verdict(view.status === 500 ? 'bad' : 'warn', title, detail)}
<dl><div><dt>${texts.requestId}</dt><dd><code>${view.requestId}</code></dd></div></dl>
</article>`;
  return page({ ...view, language }, title, main, html`<p><a href="/">${texts.home}</a></p>`);
}
