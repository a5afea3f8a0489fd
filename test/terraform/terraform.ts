import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findProgram } from '../services/packages.js';
import { temporaryFolder } from '../services/index.js';
import { AttachedProvider } from './attached-provider.js';
import { providerMirror } from './provider-mirror.js';

export interface Outcome {
  code: number;
  /** Standard output and standard error, as they came. */
  output: string;
}

/** A copy of terraform/ in which Terraform may leave its locks, state and plug-ins. */
export class TerraformCopy {
  private readonly root = join(temporaryFolder('terraform'), 'terraform');
  private readonly program = terraformProgram();
  private readonly mirror = providerMirror();
  private provider: AttachedProvider | undefined;

  constructor(private readonly env: NodeJS.ProcessEnv = {}) {
    cpSync(resolve('terraform'), this.root, {
      recursive: true,
      filter: (path) => !path.includes('.terraform') && !path.endsWith('.tfstate'),
    });
    writeFileSync(join(this.root, 'empty.rc'), '');
  }

  /** Starts one provider for every command to come; `close()` ends it. Then no two may configure it at once. */
  async attachProvider(): Promise<void> {
    this.provider = await AttachedProvider.start(this.env);
  }

  async close(): Promise<void> {
    await this.provider?.stop();
  }

  /** A copy with a provider attached for as long as the work takes. */
  static async withProvider<T>(
    env: NodeJS.ProcessEnv,
    work: (terraform: TerraformCopy) => Promise<T>,
  ): Promise<T> {
    const terraform = new TerraformCopy(env);
    try {
      await terraform.attachProvider();
      return await work(terraform);
    } finally {
      await terraform.close();
    }
  }

  /** @param folder below terraform/, such as `environments/staging` */
  write(folder: string, file: string, text: string): void {
    mkdirSync(join(this.root, folder), { recursive: true });
    writeFileSync(join(this.root, folder, file), text);
  }

  /** Runs `terraform init` where it has not been run yet. */
  async init(folder: string, ...args: string[]): Promise<void> {
    if (existsSync(join(this.root, folder, '.terraform'))) return;
    await this.demand(folder, 'init', `-plugin-dir=${this.mirror}`, ...args);
  }

  /** @throws Error with all that Terraform said where it ends with another code than 0 */
  async demand(folder: string, ...args: string[]): Promise<string> {
    const { code, output } = await this.run(folder, ...args);
    if (code !== 0) throw new Error(`terraform ${args.join(' ')} in ${folder}: exit ${code}\n${output}`);
    return output;
  }

  run(folder: string, ...args: string[]): Promise<Outcome> {
    const env = {
      ...process.env,
      // The user's own settings may point to other mirrors, or to a file that is not there.
      TF_CLI_CONFIG_FILE: join(this.root, 'empty.rc'),
      TF_CLI_ARGS: '-no-color',
      TF_INPUT: '0',
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
      ...this.env,
      // An attached provider is not installed, nor held to the version that the files ask for: `init` does both.
      ...(args[0] !== 'init' && this.provider?.env),
    };
    return new Promise((done, fail) => {
      const options = { cwd: join(this.root, folder), env, maxBuffer: 64 << 20 };
      execFile(this.program, args, options, (error, stdout, stderr) => {
        const code = error ? error.code : 0;
        if (typeof code === 'number') done({ code, output: stdout + stderr });
        else fail(error ?? new Error('terraform ended without an exit code'));
      });
    });
  }
}

/** @throws Error where it is missing */
export function terraformProgram(): string {
  const program = findProgram('terraform');
  if (program) return program;
  throw new Error(
    'The tests need terraform 1.9 or later on the PATH: https://developer.hashicorp.com/terraform',
  );
}
