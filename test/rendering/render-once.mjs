// Renders the names given on stdin with the compiled renderer and prints the SHA-256 of every file.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { prepareDesign } from '../../dist/certificates/rendering/design.js';
import { renderPdf } from '../../dist/certificates/rendering/pdf.js';
import { renderPng } from '../../dist/certificates/rendering/png.js';

const { contents, config } = JSON.parse(readFileSync(0, 'utf8'));
const design = await prepareDesign(config);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const hashes = {};
for (const content of contents) {
  const pdf = await renderPdf(
    { ...content, generatedAt: new Date(content.generatedAt), completedAt: new Date(content.completedAt) },
    design,
  );
  hashes[content.displayName] = [sha256(pdf), sha256(await renderPng(pdf, design.palette.mat))];
}
process.stdout.write(JSON.stringify(hashes));
