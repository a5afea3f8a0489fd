// What a download is measured against: bare Fastify doing nothing but the answer itself.
// usage: node peers.mjs FILE URL     prints the port it listens on
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import fastify from 'fastify';

const [file, url] = process.argv.slice(2);
const app = fastify();
app.get('/file', async (_request, reply) => {
  const { size } = await stat(file);
  return reply.headers({ 'content-type': 'application/pdf', 'content-length': size }).send(createReadStream(file));
});
app.get('/redirect', (_request, reply) => reply.redirect(url, 302));
app.get('/pipe', async (_request, reply) => {
  const answer = await fetch(url);
  return reply
    .headers({ 'content-type': 'application/pdf', 'content-length': answer.headers.get('content-length') })
    .send(Readable.fromWeb(answer.body));
});
await app.listen({ host: '127.0.0.1', port: 0 });
console.log(app.server.address().port);
