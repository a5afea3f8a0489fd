import { type Html, html } from './html.js';
import type { PageLanguage } from './language.js';
import { TEXTS } from './texts.js';

/**
 * For who has a certificate in front of them and no camera. Works without script: the front page takes the code on.
 * @param code to begin with, such as one that was mistyped
 */
export function codeForm(language: PageLanguage, code = ''): Html {
  const texts = TEXTS[language];
  return html`<form action="/" class="code">
<input name="code" value="${code}" required aria-label="${texts.code}" placeholder="${texts.code}" autocomplete="off" autocapitalize="none" spellcheck="false">
<button>${texts.check}</button>
</form>`;
}
