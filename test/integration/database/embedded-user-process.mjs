// A process that uses the embedded database of a folder, for tests that kill it.
// usage: embedded-user-process.mjs <folder> hold            prints the URL, stops when its standard input ends
//        embedded-user-process.mjs <folder> write           inserts numbers and prints each once it is committed
//        embedded-user-process.mjs <folder> once            opens, inserts one row, closes
// Errors go to standard output as {"error": …}.
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../dist/database/embedded/embedded-postgres.js';

const [dir, what] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

try {
  const server = await startEmbeddedPostgres({ dir, database: 'test' });
  const pool = new pg.Pool({ connectionString: server.url, max: 1 });
  pool.on('error', () => undefined);
  if (what !== 'hold') await pool.query('CREATE TABLE IF NOT EXISTS written (n serial PRIMARY KEY)').catch(ignoreRace);
  say({ url: server.url });
  if (what === 'write') {
    for (;;) {
      const n = await pool.query('INSERT INTO written DEFAULT VALUES RETURNING n').then(
        (result) => result.rows[0].n,
        () => new Promise((resolve) => setTimeout(resolve, 20)),
      );
      if (n) say({ n });
    }
  }
  if (what === 'once') await pool.query('INSERT INTO written DEFAULT VALUES');
  if (what === 'hold') await new Promise((resolve) => process.stdin.resume().on('end', resolve));
  await pool.end();
  await server.stop();
  say({ stopped: true });
} catch (error) {
  say({ error: `${error.name}: ${error.message}` });
}

/** CREATE TABLE IF NOT EXISTS is not safe against itself. */
function ignoreRace(error) {
  if (error.code !== '23505' && error.code !== '42P07') throw error;
}
