import { serverStatus, supervisorOf } from '@dolphinstage/embedded';
import { externalServers, readConfig } from '../config';
import type { CliContext } from '../context';
import { platformHome } from '../home';
import { Repository } from '../repository/repository';
import { repositoryState } from '../repository/state';
import { ROOT } from '../root';
import { textTable } from '../table';
import { extras } from './extras';
import { runningExtras } from './extras/running';
import { platformServers } from './servers';

/** Shows each server of the embedded platform; exit code 1 when one isn't healthy. */
export async function showStatus(cli: CliContext, json: boolean): Promise<void> {
  const home = platformHome();
  const external = externalServers(await readConfig(cli.cwd, ROOT));
  const servers = await serverStatus({
    home,
    servers: platformServers(home, runningExtras(home, extras)),
    external,
  });
  const found = new Repository(home);
  const repository = found.exists ? await repositoryState(found) : undefined;
  if (json) {
    const { text: _text, ...rest } = repository ?? {};
    cli.json({ servers, ...(repository ? { repository: rest } : {}) });
  } else {
    const rows = servers.map(({ name, port, pid, healthy, memory_mb: memory, url }) => [
      name,
      String(port),
      pid === null ? '-' : String(pid),
      healthy ? 'healthy' : 'down',
      memory === null ? '-' : `${memory} MB`,
      url,
    ]);
    cli.out(textTable(['server', 'port', 'pid', 'health', 'memory', 'address'], rows));
    if (repository) cli.out(repository.text);
    const supervisor = supervisorOf(home);
    cli.out(
      supervisor ? `up under process ${supervisor}; logs are in ${home.path}/logs` : 'not up',
    );
  }
  if (servers.some(({ healthy }) => !healthy)) cli.exit(1);
}
