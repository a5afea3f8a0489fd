// Certificates per second on one thread and two, beside the limit that pdfkit alone reaches. Run: npm run bench:render
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

const COUNT = Number(process.argv[2] ?? 600);
const ROUNDS = 5;
const filename = fileURLToPath(new URL('./worker.mjs', import.meta.url));

const GIVEN = ['Gukesh', 'Hikaru', 'Fabiano', 'Nicat', 'Judit', 'Radosław', 'Hjörvar', 'Šarūnas', 'Şükrü', 'Magnus'];
const FAMILY = ['Dommaraju', 'Nakamura', 'Caruana', 'Abasov', 'Polgár', 'Wojtaszek', 'Grétarsson', 'Šulskis', 'Ağaoğlu'];
const contents = Array.from({ length: COUNT }, (_, i) => {
  const verificationCode = randomUUID();
  return {
    displayName: `${GIVEN[i % GIVEN.length]} ${FAMILY[Math.floor(i / GIVEN.length) % FAMILY.length]} ${i}`,
    tournamentName: 'FIDE Candidates Tournament 2024',
    certificateType: 'winner',
    placement: 1,
    language: 'en',
    verificationCode,
    verificationUrl: `https://certificates.example.org/api/tournaments/certificates/verify/${verificationCode}/`,
    generatedAt: new Date(Date.UTC(2024, 3, 23, 10, 0, i)),
    completedAt: new Date('2024-04-22T20:00:00Z'),
  };
});

async function perSecond(count, work) {
  const start = performance.now();
  await work();
  return (count * 1000) / (performance.now() - start);
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

for (const threads of [1, 2]) {
  const pool = new Piscina({ filename, minThreads: threads, maxThreads: threads });
  const share = (list) => Array.from({ length: threads }, (_, t) => list.filter((_, i) => i % threads === t));
  for (const png of [false, true]) {
    const list = png ? contents.slice(0, Math.ceil(COUNT / 6)) : contents;
    const bare = () => Promise.all(share(list).map((part) => pool.run({ contents: part, png }, { name: 'bareLoop' })));
    const ours = () => Promise.all(list.map((content) => pool.run({ content, png }, { name: 'ours' })));
    await bare();
    await ours();
    const rates = { bare: [], ours: [], ratio: [] };
    for (let round = 0; round < ROUNDS; round++) {
      const limit = await perSecond(list.length, bare);
      const rate = await perSecond(list.length, ours);
      rates.bare.push(limit);
      rates.ours.push(rate);
      rates.ratio.push(rate / limit);
    }
    console.log(
      `${threads} thread${threads > 1 ? 's' : ' '} ${png ? 'PDF + PNG' : 'PDF      '}` +
        `  ours ${median(rates.ours).toFixed(0).padStart(4)}/s  bare pdfkit ${median(rates.bare).toFixed(0).padStart(4)}/s` +
        `  ratio ${median(rates.ratio).toFixed(2)}`,
    );
  }
  await pool.close();
}
