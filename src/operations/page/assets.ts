/** Style of the operations pages, on top of the sheet of all pages. */
export const CSS = `
:root { --local: #b8902f; --both: #2f7d5b; --s3: #3b6ea8; }
header, main, footer { max-width: 64rem; }
h1 { font-size: 1.5rem; line-height: 1.3; } h2 { font-size: 1.0625rem; margin: 1.5rem 0 .625rem; } .card h2 { margin: 0; }
h3 { font-size: 1rem; display: flex; flex-wrap: wrap; gap: .5rem; align-items: baseline; } h3 small, .soft { color: var(--soft); font-weight: 400; }
.head { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; margin-bottom: 1rem; }
.head nav { display: flex; gap: 1rem; } .head form { margin-left: auto; } .head #live { font-size: .875rem; }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
.grid .wide { grid-column: 1 / -1; }
.card { padding: 1rem 1.25rem; min-width: 0; } .grid .card, .run { display: grid; gap: .5rem; align-content: start; }
.card > .text { padding: .25rem 0; } p, li { overflow-wrap: anywhere; }
.figure { font-size: 1.75rem; line-height: 1.2; font-weight: 600; }
.good-text { color: var(--good); } .warn-text { color: var(--warn); } .bad-text { color: var(--bad); }
.bar { display: block; width: 100%; height: 1.5rem; border-radius: .375rem; background: var(--line); }
.bar .local { fill: var(--local); } .bar .both { fill: var(--both); } .bar .s3 { fill: var(--s3); }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; } .legend small { color: var(--soft); }
.legend i { display: inline-block; width: .75rem; height: .75rem; border-radius: .1875rem; margin-right: .375rem; }
i.local { background: var(--local); } i.both { background: var(--both); } i.s3 { background: var(--s3); }
#runs { display: grid; gap: 1rem; } #runs:not(:empty) + .empty { display: none; }
.empty { color: var(--soft); }
.state { font-size: .8125rem; padding: .0625rem .5rem; border-radius: 1rem; font-weight: 600; }
.state.good { color: var(--good); } .state.warn { color: var(--warn); } .state.bad { color: var(--bad); }
progress { width: 100%; height: .625rem; appearance: none; border: 0; border-radius: .3125rem; overflow: hidden; background: var(--line); }
progress::-webkit-progress-bar { background: var(--line); } progress::-webkit-progress-value { background: var(--both); } progress::-moz-progress-bar { background: var(--both); }
.failures { list-style: none; padding: 0; display: grid; gap: .5rem; } .failures.all { padding: 1rem 1.25rem; } .failures.all:empty { display: none; }
.failures li { display: grid; gap: .125rem; padding-left: .75rem; border-left: 3px solid var(--bad); } .failures code { font-weight: 600; } .failures small { color: var(--soft); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center; }
button { font: inherit; font-weight: 600; color: var(--card); background: var(--gold); border: 0; border-radius: .5rem; padding: .5rem 1rem; min-height: 2.75rem; cursor: pointer; }
button.plain { background: none; color: var(--gold); padding: 0; font-weight: 400; text-decoration: underline; }
button:focus-visible, textarea:focus-visible { outline: 2px solid var(--gold); outline-offset: 2px; }
.login { display: grid; gap: .5rem; justify-items: start; } .login label { font-weight: 600; }
textarea { width: 100%; font: .875rem/1.4 ui-monospace, Menlo, Consolas, monospace; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; resize: vertical; word-break: break-all; }
.notice { padding: .625rem 1rem; border-radius: .5rem; margin-bottom: 1rem; } .notice.good { color: var(--good); } .notice.bad { color: var(--bad); }
`;

/**
 * Takes what /operations/events/ sends: elements by their id, newer ones in place of older ones. A browser gives a stream
 * up at any answer but 200, be it ours to an ended token or a proxy's while the service restarts.
 */
export const SCRIPT = `'use strict';
(() => {
  const live = document.getElementById('live');
  const say = (text) => {
    if (live.textContent !== text) live.textContent = text; // what is set again is read aloud again
    live.className = text === 'Live' ? 'soft' : 'bad-text';
  };
  const controlsOf = (id) => [...document.getElementById(id).querySelectorAll('a, button')];
  const replace = (id, html) => {
    const focused = controlsOf(id).indexOf(document.activeElement);
    document.getElementById(id).outerHTML = html;
    controlsOf(id)[focused]?.focus();
  };
  const follow = () => {
    const source = new EventSource('/operations/events/');
    source.addEventListener('open', () => say('Live'));
    source.addEventListener('part', (event) => {
      const { id, html } = JSON.parse(event.data);
      if (document.getElementById(id)) replace(id, html);
      else document.getElementById('runs').insertAdjacentHTML('afterbegin', html);
      say('Live');
    });
    source.addEventListener('trouble', () => say('The database does not answer; these are the last known figures'));
    source.addEventListener('error', () => {
      say('Connection lost; trying again');
      if (source.readyState === EventSource.CLOSED) void followAgain();
    });
  };
  const followAgain = async () => {
    const { status } = await fetch('/operations/', { method: 'HEAD' }).catch(() => ({ status: 0 }));
    if (status === 401 || status === 403) say('Signed out; reload the page');
    else setTimeout(follow, 2000);
  };
  follow();
})();
`;
