// Prints how the compiled renderer sets names: runs in visual order, glyphs as [id, advance, x offset, y offset].
import { readFileSync } from 'node:fs';
import { hanStyleOf } from '../../dist/certificates/rendering/text/font-catalogue.js';
import { baseDirection, itemize } from '../../dist/certificates/rendering/text/itemize.js';

const names = JSON.parse(readFileSync(0, 'utf8'));
const set = names.map((name) => ({
  name,
  runs: itemize(name, 'name', baseDirection(name), hanStyleOf(name)).map(({ font, text, direction }) => {
    const { glyphs, positions } = font.shape(text, direction);
    return {
      font: font.file,
      direction,
      text,
      glyphs: glyphs.map(({ id }, i) => [id, positions[i].xAdvance, positions[i].xOffset, positions[i].yOffset]),
    };
  }),
}));
process.stdout.write(JSON.stringify(set));
