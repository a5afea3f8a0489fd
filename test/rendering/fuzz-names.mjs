// Sets random names of all scripts with the compiled renderer: each fits whole and without boxes, or is refused by character.
// Prints how many of each; ends with the counterexample where one breaks the rule. Usage: node fuzz-names.mjs COUNT
import fc from 'fast-check';
import { NoGlyphError } from '../../dist/certificates/rendering/text/itemize.js';
import { fit } from '../../dist/certificates/rendering/text/typeset.js';

const BLOCKS = [
  [0x20, 0x24f], [0x300, 0x36f], [0x370, 0x5ff], [0x600, 0x6ff], [0x900, 0x97f], [0x980, 0x9ff], [0xa80, 0xaff],
  [0xb80, 0xc7f], [0xc80, 0xdff], [0xe00, 0xe7f], [0x10a0, 0x10ff], [0x1100, 0x11ff], [0x1e00, 0x1fff],
  [0x2000, 0x27bf], [0x3000, 0x30ff], [0x4e00, 0x9fff], [0xac00, 0xd7a3], [0xfb00, 0xfeff], [0x1f1e6, 0x1faff],
  [0xe0100, 0xe01ef],
];
const ROOM = { role: 'name', size: 46, maxWidth: 640, maxLines: 3, maxHeight: 67 };

const character = ([min, max]) =>
  fc
    .integer({ min, max })
    .map((codePoint) => String.fromCodePoint(codePoint))
    .filter((c) => !/[\p{Cc}\p{Cs}\p{Cn}]/u.test(c));
const anyCharacter = fc.oneof(...BLOCKS.map(character));
/** Mostly of one script, as names are. */
const name = fc.constantFrom(...BLOCKS).chain((block) => {
  const one = fc.oneof({ weight: 5, arbitrary: character(block) }, { weight: 1, arbitrary: anyCharacter });
  return fc.array(one, { minLength: 1, maxLength: 14 });
});
const longName = fc.array(anyCharacter, { minLength: 150, maxLength: 200 });

const counts = { set: 0, refused: 0 };
function check(text) {
  if (!text.trim()) return;
  let block;
  try {
    block = fit(text, ROOM);
  } catch (error) {
    if (!(error instanceof NoGlyphError) || error.characters.length === 0) throw error;
    counts.refused++;
    return;
  }
  const { lines, size, height } = block;
  const glyphs = lines.flatMap(({ runs }) =>
    runs.flatMap(({ font, text, direction }) => font.shape(text, direction).glyphs),
  );
  if (glyphs.some(({ id }) => id === 0)) throw new Error('a box');
  if (lines.map((line) => line.text).join('').replace(/\s/g, '') !== text.replace(/\s/g, '')) throw new Error('text lost');
  if (!(size > 0) || size > ROOM.size) throw new Error(`size ${size}`);
  if (Math.max(...lines.map(({ width }) => width)) * size > ROOM.maxWidth * 1.001) throw new Error('too wide');
  if (height > ROOM.maxHeight * 1.001) throw new Error('too high');
  counts.set++;
}

const count = Number(process.argv[2]);
fc.assert(fc.property(name.map((characters) => characters.join('')), check), { numRuns: count });
fc.assert(fc.property(longName.map((characters) => characters.join('')), check), { numRuns: Math.ceil(count / 50) });
process.stdout.write(JSON.stringify(counts));
