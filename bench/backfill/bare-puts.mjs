// The limit: PUTs every file under a folder and does nothing else that a move needs: no database, no verification, no retries.
// node bare-puts.mjs FOLDER BUCKET; the server and keys from the environment, as the AWS CLI has them.
import { hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent } from 'undici';
import { Signer } from '../../dist/sigv4/signer.js';

const CONNECTIONS = 16;
const [folder, bucket] = process.argv.slice(2);
const { origin, host } = new URL(process.env.AWS_ENDPOINT_URL);
const credentials = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY };
const signer = new Signer(process.env.AWS_REGION);
const agent = new Agent({ connections: CONNECTIONS });
const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

async function work() {
  for (let file = files.pop(); file; file = files.pop()) {
    const body = await readFile(join(file.parentPath, file.name));
    const path = `/${bucket}/${file.name}`;
    const toSign = { method: 'PUT', host, path, headers: {}, bodySha256: hash('sha256', body, 'hex') };
    const { headers } = signer.sign(toSign, credentials, new Date());
    const answer = await agent.request({ origin, path, method: 'PUT', headers, body });
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${await answer.body.text()}`);
    await answer.body.dump();
  }
}

await Promise.all(Array.from({ length: CONNECTIONS }, work));
await agent.close();
