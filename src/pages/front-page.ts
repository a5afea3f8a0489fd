import { codeForm } from './code-form.js';
import { type Html, html } from './html.js';
import { type PageFrame, page } from './layout.js';
import type { PageLanguage } from './language.js';

const TEXTS: Record<
  PageLanguage,
  { title: string; what: string; how: string; developers: string; links: string[] }
> = {
  en: {
    title: 'Certificates',
    what: 'This service issues, stores and serves tournament certificates.',
    how: 'To check a certificate, scan the QR code on it, or type the code printed beside it:',
    developers: 'For developers and operators',
    links: ['API documentation', 'OpenAPI document', 'State of the service'],
  },
  bn: {
    title: 'সনদপত্র',
    what: 'এই সেবা টুর্নামেন্টের সনদপত্র প্রদান, সংরক্ষণ ও বিতরণ করে।',
    how: 'কোনো সনদপত্র যাচাই করতে তার QR কোড স্ক্যান করুন, অথবা পাশে ছাপা যাচাই কোডটি লিখুন:',
    developers: 'ডেভেলপার ও পরিচালকদের জন্য',
    links: ['API নথি', 'OpenAPI নথি', 'সেবার অবস্থা'],
  },
};
const ADDRESSES = ['/api/docs', '/api/openapi.json', '/health/ready'];

/** What someone sees who opens the service's bare address. */
export function frontPage(frame: PageFrame): string {
  const texts = TEXTS[frame.language];
  const main: Html = html`<article class="card">
<div class="award"><h1 class="name">${texts.title}</h1><p>${texts.what}</p><p>${texts.how}</p></div>
${codeForm(frame.language)}
</article>`;
  const links = ADDRESSES.map(
    (address, i) => html`<a href="${address}">${texts.links[i]}</a>${i < 2 ? ' · ' : ''}`,
  );
  return page(frame, texts.title, main, html`<p>${texts.developers}: ${links}</p>`);
}
