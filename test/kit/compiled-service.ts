import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, ServerProcess } from '../services/index.js';
import { signTestToken, TEST_SECRET } from './tokens.js';

/** `npm start` as a process of its own, that a test may kill and start again on the same data. */
export class CompiledService {
  private process: ServerProcess | undefined;
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Not started yet. @param folder keeps its data from one start to the next */
  static async at(folder: string, env: Record<string, string> = {}): Promise<CompiledService> {
    mkdirSync(folder, { recursive: true });
    const port = String(await freePort());
    return new CompiledService(`http://127.0.0.1:${port}`, folder, {
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: port,
      DATA_DIR: join(folder, 'data'),
      AUTH_JWT_SECRET: TEST_SECRET,
      LOG_LEVEL: 'warn',
      ...env,
    });
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** Resolves when it is ready. @param env what changes from now on */
  async start(env: Record<string, string> = {}): Promise<void> {
    Object.assign(this.env, env);
    const program = join(__dirname, '../../dist/main.js');
    this.process = ServerProcess.start(
      'service',
      this.folder,
      [process.execPath, '--enable-source-maps', program],
      this.env,
    );
    await this.process.untilReady(async () => {
      const answer = await fetch(`${this.url}/health/ready`);
      if (!answer.ok) throw new Error(`not ready: ${await answer.text()}`);
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.process?.stop(signal);
  }

  /** Calls as staff, or as this user. A network error is thrown. */
  async call(method: string, path: string, body?: unknown, as = 'staff'): Promise<Response> {
    const token = await signTestToken(as === 'staff' ? { sub: 'staff-1', roles: ['staff'] } : { sub: as });
    return fetch(new URL(path, this.url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}
