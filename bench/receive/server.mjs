// Answers every GET with as many zero bytes as its path says: /10240. Prints its port.
import { createServer } from 'node:http';

const piece = Buffer.alloc(1 << 20);

const server = createServer(async (request, response) => {
  let left = Number(request.url.slice(1));
  response.setHeader('content-length', left);
  for (; left > 0; left -= piece.length) {
    const free = response.write(left < piece.length ? piece.subarray(0, left) : piece);
    if (!free) await new Promise((drained) => response.once('drain', drained));
  }
  response.end();
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
