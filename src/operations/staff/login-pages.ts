import { html, trusted } from '../../pages/html.js';
import { type PageFrame, page } from '../../pages/layout.js';

/** The style sheet of the operations pages, beside the one of all pages. */
export const PAGE_HEAD = trusted('<link rel="stylesheet" href="/operations/assets/operations.css">');

/** @param problem why the last try was refused */
export function loginPage(frame: PageFrame, problem?: string): string {
  const main = html`<article class="card"><div class="text">
<h1>Operations</h1>
<p>For staff. Paste a token whose roles hold <code>staff</code>; where this service signs its own,
<code>npm run token -- --sub you --role staff</code> makes one.</p>
${problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`}
<form class="login" method="post" action="/operations/login/">
<label for="token">Token</label>
<textarea id="token" name="token" rows="5" required autofocus autocomplete="off" autocapitalize="off" spellcheck="false"></textarea>
<button>Sign in</button>
</form>
</div></article>`;
  return page({ ...frame, head: PAGE_HEAD }, 'Sign in', main, html`<p><a href="/">Start page</a></p>`);
}

export function forbiddenPage(frame: PageFrame): string {
  const main = html`<article class="card"><div class="text">
<h1>For staff only</h1>
<p>The token is good, but its roles do not hold <code>staff</code>.</p>
<form method="post" action="/operations/logout/"><button>Sign out</button></form>
</div></article>`;
  return page({ ...frame, head: PAGE_HEAD }, 'Staff only', main, html`<p><a href="/">Start page</a></p>`);
}

/**
 * Where a followed link lands: a cookie that is `SameSite=Strict` is not sent along a redirect that began on another
 * site, but it is from this page.
 */
export function welcomePage(frame: PageFrame): string {
  const main = html`<article class="card"><div class="text">
<h1>Signed in</h1><p><a href="/operations/">Go on to the operations page</a></p>
</div></article>`;
  const head = trusted(`${PAGE_HEAD.markup}<meta http-equiv="refresh" content="0;url=/operations/">`);
  return page({ ...frame, head }, 'Signed in', main, html`<p><a href="/">Start page</a></p>`);
}
