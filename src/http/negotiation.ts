import type { IncomingMessage } from 'node:http';
import Negotiator from 'negotiator';
import type { PageLanguage } from '../pages/language.js';

type Asking = { headers: IncomingMessage['headers'] };

/** True for a browser; false for programs, also for those that accept anything. Answers that depend on it say `Vary: Accept`. */
export function prefersHtml(request: Asking): boolean {
  return new Negotiator(request).mediaType(['application/json', 'text/html']) === 'text/html';
}

/** The best language for this person among those of our pages. Answers that depend on it say `Vary: Accept-Language`. */
export function pageLanguage(request: Asking): PageLanguage {
  return new Negotiator(request).language(['en', 'bn']) === 'bn' ? 'bn' : 'en';
}
