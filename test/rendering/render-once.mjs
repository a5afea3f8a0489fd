// Renders what stands on stdin with the compiled renderer, in this thread. Prints every PDF in base64, and with
// `--images` the SHA-256 of every image too.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { prepareDesign } from '../../dist/certificates/rendering/design.js';
import { renderPdf } from '../../dist/certificates/rendering/pdf.js';
import { renderPng } from '../../dist/certificates/rendering/png.js';

const images = process.argv.includes('--images');
const { contents, config } = JSON.parse(readFileSync(0, 'utf8'));
const design = await prepareDesign(config);
const rendered = {};
for (const content of contents) {
  const dates = { generatedAt: new Date(content.generatedAt), completedAt: new Date(content.completedAt) };
  const pdf = await renderPdf({ ...content, ...dates }, design);
  const image = images && (await renderPng(pdf, design.palette.mat));
  rendered[content.displayName] = {
    pdf: pdf.toString('base64'),
    ...(image && { image: createHash('sha256').update(image).digest('hex') }),
  };
}
process.stdout.write(JSON.stringify(rendered));
