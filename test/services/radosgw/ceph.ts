import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requirePrograms } from '../packages.js';
import { ServerProcess } from '../server-process.js';

const run = promisify(execFile);
const PROGRAMS = ['ceph-mon', 'ceph-osd', 'ceph', 'monmaptool', 'radosgw', 'radosgw-admin'] as const;
type Program = (typeof PROGRAMS)[number];
const PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd', 'libtcmalloc-minimal4'];
/** Ceph's own builds use it, Debian's do not, which costs a fifth of the servers' time. Where it is missing, they start without. */
const ALLOCATOR = { LD_PRELOAD: 'libtcmalloc_minimal.so.4' };

/** Programs of Ceph, run on the configuration in one folder. */
export class Ceph {
  private constructor(
    private readonly programs: Record<Program, string>,
    readonly folder: string,
  ) {}

  static async in(folder: string): Promise<Ceph> {
    return new Ceph(await requirePrograms(PROGRAMS, PACKAGES), folder);
  }

  get conf(): string {
    return join(this.folder, 'ceph.conf');
  }

  /** Runs a program to its end. @returns what it printed */
  async run(program: Program, ...args: string[]): Promise<string> {
    const { stdout } = await run(this.programs[program], ['-c', this.conf, ...args], {
      env: { ...process.env, CEPH_CONF: this.conf },
      maxBuffer: 64 << 20,
      timeout: 120_000,
    });
    return stdout;
  }

  /** `radosgw-admin` */
  admin(...args: string[]): Promise<string> {
    return this.run('radosgw-admin', '-n', 'client.rgw', ...args);
  }

  daemon(program: Program, ...args: string[]): ServerProcess {
    const command = [this.programs[program], '-c', this.conf, ...args, '-f'];
    return ServerProcess.start(program, this.folder, command, ALLOCATOR);
  }

  /** Starts the monitor and the OSD. */
  async startCluster(conf: string, monitorPort: number): Promise<ServerProcess[]> {
    mkdirSync(join(this.folder, 'mon'));
    mkdirSync(join(this.folder, 'osd'));
    writeFileSync(this.conf, conf, { mode: 0o600 });
    const monmap = join(this.folder, 'monmap');
    const fsid = /fsid = (.*)/.exec(conf)?.[1] as string;
    await this.run(
      'monmaptool',
      '--create',
      '--fsid',
      fsid,
      '--addv',
      'a',
      `[v2:127.0.0.1:${monitorPort}]`,
      monmap,
    );
    await this.run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monmap);
    const monitor = this.daemon('ceph-mon', '-i', 'a');
    const osdId = randomUUID();
    await this.run('ceph', '--connect-timeout', '60', 'osd', 'new', osdId);
    await this.run('ceph-osd', '--mkfs', '-i', '0', '--osd-uuid', osdId);
    return [monitor, this.daemon('ceph-osd', '-i', '0')];
  }
}
