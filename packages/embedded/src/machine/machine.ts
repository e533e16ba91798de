import { chownSync, existsSync, readFileSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { EmbeddedError } from '../errors';
import { run } from './run';

/** How a program's Debian package is installed. @public */
export interface NeedOptions {
  /**
   * The systemd units that the package would start, now and at each boot. They are masked before it is installed;
   * where the program is there already, its units are their owner's business and stay as they are.
   */
  units?: readonly string[];
}

/** The OS user that servers run as when we are root: PostgreSQL and MariaDB refuse root. */
export const SERVICE_USER = 'dolphinstage';

/**
 * What the machine has and what may be done on it.
 *
 * @public
 */
export class Machine {
  readonly root = process.getuid?.() === 0;
  /** Downloads, shared by all checkouts: `$XDG_CACHE_HOME/dolphinstage`. */
  readonly cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dolphinstage');
  // apt and dpkg hold a lock: one at a time.
  private readonly apt = pLimit(1);
  private aptUpdated = false;

  /** The path of a program, or undefined. */
  async which(program: string): Promise<string | undefined> {
    const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
    for (const folder of folders) {
      const path = join(folder, program);
      if (
        await access(path, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return path;
    }
    return undefined;
  }

  /**
   * The path of a program; its Debian package is installed where we may (root on Debian).
   *
   * @throws EmbeddedError `MISSING_TOOL` with the line to type.
   */
  async need(
    program: string,
    debianPackage: string,
    report: (text: string) => void,
    { units = [] }: NeedOptions = {},
  ): Promise<string> {
    const found = await this.which(program);
    if (found) return found;
    if (!this.root || !(await this.which('apt-get'))) {
      throw new EmbeddedError('MISSING_TOOL', `${program} is missing`, {
        todo: `sudo apt-get install -y --no-install-recommends ${debianPackage}`,
      });
    }
    return this.apt(async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      // Another apt on the machine may hold the lock for a while.
      const options = ['-o', 'DPkg::Lock::Timeout=300'];
      if (!this.aptUpdated) {
        report('apt-get update');
        await run('apt-get', [...options, 'update', '-qq'], { env });
        this.aptUpdated = true;
      }
      await this.maskUnits(units, report);
      report(`apt-get install ${debianPackage}`);
      await run(
        'apt-get',
        [
          ...options,
          'install',
          '-y',
          '-qq',
          '--no-install-recommends',
          ...debianPackage.split(' '),
        ],
        // A package must not start its server: we start our own.
        { env: { ...env, RUNLEVEL: '1' }, limit: 900 },
      );
      const installed = await this.which(program);
      if (!installed) {
        throw new EmbeddedError('INSTALL_FAILED', `${debianPackage} brought no ${program}`, {
          todo: `Install ${program} yourself and try again.`,
        });
      }
      return installed;
    });
  }

  /**
   * `RUNLEVEL=1` is heeded by init scripts only. A unit that its administrator has masked is neither enabled nor started
   * by a package (deb-systemd-helper, deb-systemd-invoke).
   */
  private async maskUnits(units: readonly string[], report: (text: string) => void): Promise<void> {
    if (units.length === 0 || !(await this.which('systemctl'))) return;
    await run('systemctl', ['mask', ...units]);
    report(`masked ${units.join(', ')}: \`systemctl unmask\` them to use Debian's own`);
  }

  /** uid and gid of an OS user; made first (system user, no login) when we are root. */
  async osUser(name: string): Promise<{ uid: number; gid: number }> {
    const line = () =>
      readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .find(entry => entry.startsWith(`${name}:`))
        ?.split(':');
    let entry = line();
    if (!entry) {
      await run('useradd', [
        '--system',
        '--user-group',
        '--no-create-home',
        '--shell',
        '/usr/sbin/nologin',
        name,
      ]);
      entry = line();
    }
    if (!entry) throw new EmbeddedError('INSTALL_FAILED', `the OS user ${name} wasn't made`);
    return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }

  /** Makes a folder that the service user owns (ours when we aren't root). */
  async serviceFolder(path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (this.root) {
      const { uid, gid } = await this.osUser(SERVICE_USER);
      chownSync(path, uid, gid);
    }
  }

  /** A Java 17 runtime. */
  async java(report: (text: string) => void): Promise<string> {
    const home = process.env.JAVA_HOME;
    if (home && existsSync(join(home, 'bin/java'))) return join(home, 'bin/java');
    return this.need('java', 'openjdk-17-jre-headless', report);
  }
}
