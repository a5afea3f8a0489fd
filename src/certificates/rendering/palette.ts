type Rgb = [number, number, number];

export interface Palette {
  /** The sheet. */
  paper: string;
  /** Running text. */
  ink: string;
  /** Secondary text, readable on paper. */
  muted: string;
  /** The accent, darkened until letters in it read well on paper (WCAG 2: 4.5 to 1). */
  accentText: string;
  /** The accent for lines and ornaments, visible on paper (WCAG 2: 3 to 1). */
  accentLine: string;
  /** A tint of the paper. */
  tint: string;
  /** What surrounds the page in the 16:9 image. */
  mat: string;
}

const PAPER: Rgb = [253, 251, 245];
const INK: Rgb = [34, 32, 38];

/** @param accent `#rrggbb`, any colour: white and yellow are darkened until they show */
export function paletteOf(accent: string): Palette {
  const rgb = [1, 3, 5].map((at) => Number.parseInt(accent.slice(at, at + 2), 16)) as Rgb;
  const accentText = darkenUntil(rgb, 4.5);
  return {
    paper: hex(PAPER),
    ink: hex(INK),
    muted: hex(mix(INK, PAPER, 0.3)),
    accentText: hex(accentText),
    accentLine: hex(darkenUntil(rgb, 3)),
    tint: hex(mix(PAPER, accentText, 0.1)),
    mat: hex(mix(accentText, INK, 0.5)),
  };
}

function darkenUntil(color: Rgb, ratio: number): Rgb {
  let darker = color;
  for (let share = 0.02; contrast(darker, PAPER) < ratio; share += 0.02)
    darker = mix(color, [0, 0, 0], share);
  return darker;
}

/** Contrast ratio of WCAG 2.2, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return a.map((channel, i) => Math.round(channel + ((b[i] ?? 0) - channel) * share)) as Rgb;
}

function hex(rgb: Rgb): string {
  return `#${rgb.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
