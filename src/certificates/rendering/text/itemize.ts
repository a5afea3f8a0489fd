import bidiFactory, { type Bidi } from 'bidi-js';
import { type Direction, type Font, openFont } from './font.js';
import { candidates, type HanStyle, isEmoji, type Role } from './font-catalogue.js';

// The package's types describe its ES build, Node loads the other one.
const bidi = (bidiFactory as unknown as () => Bidi)();
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Characters that show nothing, so that a font need not have them; HarfBuzz gives the Hangul fillers their place. */
const INVISIBLE = /(?![\u115f\u1160\u3164\uffa0])\p{Default_Ignorable_Code_Point}/u;
/** Spaces, digits, punctuation: they go with their neighbours. */
const NEUTRAL = /^[\p{sc=Zyyy}\p{sc=Zinh}]+$/u;
/** Scripts that may share one font but never one shaping run. */
const SCRIPTS = ['Latn', 'Cyrl', 'Grek', 'Beng', 'Hani', 'Hira', 'Kana', 'Hang'].map(
  (name) => [name, new RegExp(`\\p{sc=${name}}`, 'u')] as const,
);

/** A stretch of one font, one script and one direction. */
export interface Run {
  text: string;
  font: Font;
  direction: Direction;
}

interface Cluster {
  text: string;
  level: number;
  /** Undefined for a neutral one. */
  script: string | undefined;
  font: Font | undefined;
}

/** No installed font has these characters, or not together. */
export class NoGlyphError extends Error {
  override readonly name = 'NoGlyphError';

  constructor(readonly characters: string[]) {
    super(`no installed font has ${characters.join(' ')}`);
  }
}

/** Direction of a text by its first strong character (UAX #9, P2 and P3). */
export function baseDirection(text: string): Direction {
  return bidi.getEmbeddingLevels(text).paragraphs[0]?.level === 1 ? 'rtl' : 'ltr';
}

/**
 * Cuts a line into runs, in visual order from left to right.
 * @throws NoGlyphError naming every character that no font has
 */
export function itemize(line: string, role: Role, base: Direction, han: HanStyle): Run[] {
  const { levels } = bidi.getEmbeddingLevels(line, base);
  const clusters = Array.from(graphemes.segment(line), ({ segment: text, index }): Cluster => {
    const neutral = NEUTRAL.test(text) && !isEmoji(text);
    return {
      text,
      level: levels[index] ?? 0,
      script: neutral ? undefined : (SCRIPTS.find(([, has]) => has.test(text))?.[0] ?? 'other'),
      font: neutral ? undefined : firstFont(text, role, han),
    };
  });
  assignNeutrals(clusters, role, han);
  const missing = clusters
    .filter(({ font }) => !font)
    .flatMap(({ text }) => missingCharacters(text, role, han));
  if (missing.length > 0) throw new NoGlyphError([...new Set(missing)]);
  return visualOrder(join(clusters));
}

/** Between two of the same font a neutral takes that font, so that a bracket looks like what it encloses. */
function assignNeutrals(clusters: Cluster[], role: Role, han: HanStyle) {
  const strong = (cluster: Cluster) => cluster.script !== undefined && !isEmoji(cluster.text);
  clusters.forEach((cluster, index) => {
    if (cluster.script !== undefined) return;
    const before = clusters.slice(0, index).findLast(strong)?.font;
    const after = clusters.slice(index + 1).find(strong)?.font;
    const neighbour =
      before === after || !after || /^\s/u.test(cluster.text)
        ? (before ?? after)
        : before
          ? undefined
          : after;
    cluster.font =
      neighbour && sets(neighbour, cluster.text) ? neighbour : firstFont(cluster.text, role, han);
  });
}

function join(clusters: Cluster[]): (Run & { level: number })[] {
  const runs: (Run & { level: number; script: string | undefined })[] = [];
  for (const { text, level, script, font } of clusters) {
    const last = runs.at(-1);
    const fits = last?.level === level && last.font === font;
    if (last && fits && (!script || !last.script || script === last.script)) {
      last.text += text;
      last.script ??= script;
    } else {
      runs.push({ text, level, script, font: font as Font, direction: level % 2 ? 'rtl' : 'ltr' });
    }
  }
  return runs;
}

/** UAX #9, rule L2: from the highest level down, reverse every stretch at that level or above. */
function visualOrder<T extends { level: number }>(runs: T[]): T[] {
  const highest = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = highest; level > 0; level--) {
    for (let from = 0; from < runs.length; from++) {
      let to = from;
      while (to < runs.length && (runs[to]?.level ?? 0) >= level) to++;
      if (to > from) runs.splice(from, to - from, ...runs.slice(from, to).reverse());
      from = to;
    }
  }
  return runs;
}

function firstFont(cluster: string, role: Role, han: HanStyle): Font | undefined {
  for (const file of candidates(cluster, role, han)) {
    const font = openFont(file);
    if (sets(font, cluster)) return font;
  }
  return undefined;
}

/** Composed or decomposed, whichever the font has: HarfBuzz looks for both. */
function sets(font: Font, cluster: string): boolean {
  return [cluster, cluster.normalize('NFC'), cluster.normalize('NFD')].some((form) =>
    Array.from(form).every(
      (character) => font.has(character.codePointAt(0) ?? 0) || INVISIBLE.test(character),
    ),
  );
}

/** The characters of a cluster that no font has; all of them where only the combination is missing. */
function missingCharacters(cluster: string, role: Role, han: HanStyle): string[] {
  const characters = [...cluster].filter((character) => !INVISIBLE.test(character));
  const alone = characters.filter((character) => !firstFont(character, role, han));
  return alone.length > 0 ? alone : characters;
}
