import { html } from './html.js';
import type { PageLanguage } from './language.js';

export interface ErrorView {
  language: PageLanguage;
  status: number;
  title: string;
  detail: string;
  requestId: string;
}

export function errorPage(view: ErrorView): string {
  return html`<h1>${view.title}</h1><p>${view.detail}</p>`.markup;
}
