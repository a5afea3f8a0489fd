import type { Count } from '../../certificates/lifecycle/count-owed.js';

const NUMBER = new Intl.NumberFormat('en');

export const number = (value: number): string => NUMBER.format(value);

export const countOf = ({ count, more }: Count): string => `${more ? 'more than ' : ''}${number(count)}`;

export const plural = (count: number, one: string): string =>
  `${number(count)} ${one}${count === 1 ? '' : 's'}`;

/** @param share 0 to 1; what is neither none nor all is never shown as such */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return 'under 0.1 %';
  if (share > 0.999 && share < 1) return '99.9 %';
  return `${Number((share * 100).toFixed(1))} %`;
}

/** `2026-11-26 12:08 UTC` */
export const moment = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A span of time in its largest sensible unit. @param ms milliseconds */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** @param count bytes */
export function bytes(count: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
