import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess, temporaryFolder } from '../services/index.js';
import { providerProgram } from './provider-mirror.js';

/**
 * Terraform's AWS provider, started once for many commands, of which each would else start it several times, for seconds of
 * processor time. It holds one configuration at a time: no two commands that configure it may run at once.
 * Source: Terraform's plugin documentation, "Debugging providers".
 */
export class AttachedProvider {
  private constructor(
    private readonly server: ServerProcess,
    /** What Terraform has to be told. */
    readonly env: { TF_REATTACH_PROVIDERS: string },
  ) {}

  /** @param env of the provider, which reads the settings of AWS itself */
  static async start(env: NodeJS.ProcessEnv): Promise<AttachedProvider> {
    const folder = temporaryFolder('terraform-provider');
    // Configured a second time, it fails over a bundle of authorities; the tests' servers here speak plain HTTP.
    const settings = { ...env, AWS_CA_BUNDLE: '' };
    const server = ServerProcess.start('provider', folder, [providerProgram(), '-debug'], settings);
    let address = '';
    await server.untilReady(async () => {
      const said = readFileSync(join(folder, 'provider.log'), 'utf8');
      address = /TF_REATTACH_PROVIDERS='(.*)'/.exec(said)?.[1] ?? '';
      if (!address) throw new Error('it has not said yet how to attach it');
    });
    return new AttachedProvider(server, { TF_REATTACH_PROVIDERS: address });
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
