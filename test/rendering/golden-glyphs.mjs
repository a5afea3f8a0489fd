// Makes test/data/glyphs-of-names.json anew: the glyphs of every run by HarfBuzz's own hb-shape (Debian: libharfbuzz-bin).
// Usage: npm run build && node test/rendering/golden-glyphs.mjs
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathOf } from '../../dist/certificates/rendering/text/font-catalogue.js';

const data = (file) => new URL(`../data/${file}`, import.meta.url);
const read = (file) => JSON.parse(readFileSync(data(file), 'utf8'));
const names = [...read('names-in-many-scripts.json').map(({ display_name }) => display_name), ...read('hard-names.json')];
const script = new URL('./shape-names.mjs', import.meta.url).pathname;
const set = JSON.parse(execFileSync(process.execPath, [script], { input: JSON.stringify(names) }).toString());
for (const { runs } of set) {
  for (const run of runs) {
    const options = ['--no-glyph-names', '--no-clusters', '--output-format=json', `--direction=${run.direction}`];
    const out = execFileSync('hb-shape', [...options, '--language=und', pathOf(run.font), run.text]).toString();
    run.glyphs = JSON.parse(out).map(({ g, ax, dx, dy }) => [g, ax, dx, dy]);
  }
}
writeFileSync(data('glyphs-of-names.json'), `[\n${set.map((name) => JSON.stringify(name)).join(',\n')}\n]\n`);
