import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Home, serverStatus, Supervisor } from '@dolphinstage/embedded';
import axios from 'axios';
import { monitoring } from './monitoring';
import { runningExtras } from './running';

const LIMIT = 300_000;
const WEBHOOK = 'https://hooks.slack.example/services/T0/B0/quiet';

describe('up --with monitoring', () => {
  let folder: string;
  let home: Home;
  let supervisor: Supervisor;
  const before = process.env.SLACK_WEBHOOK_URL;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dolphinstage-monitoring-'));
    // The service user, whom the servers run as, must get in.
    chmodSync(folder, 0o755);
    home = new Home(join(folder, 'home'));
    process.env.SLACK_WEBHOOK_URL = WEBHOOK;
    supervisor = new Supervisor({ home, servers: monitoring.servers(home, new Set()) });
    await supervisor.start();
  }, LIMIT);
  afterAll(async () => {
    if (before === undefined) delete process.env.SLACK_WEBHOOK_URL;
    else process.env.SLACK_WEBHOOK_URL = before;
    await supervisor?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, LIMIT);

  it('starts both on this machine only, as status shows', async () => {
    const status = await serverStatus({ home, servers: monitoring.servers(home, new Set()) });
    expect(status.map(({ name, healthy }) => [name, healthy])).toEqual([
      ['alertmanager', true],
      ['prometheus', true],
    ]);
    for (const { url } of status) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(runningExtras(home, [monitoring])).toEqual([monitoring]);
  });

  it('has the rules of deploy/prometheus in force', async () => {
    const { url } = supervisor.endpoint('prometheus');
    const { data } = await axios.get(`${url}/api/v1/rules?type=alert`, { proxy: false });
    const names = data.data.groups.flatMap(({ rules }: { rules: { name: string }[] }) =>
      rules.map(({ name }) => name),
    );
    expect(names).toEqual(expect.arrayContaining(['DataQualityReplicaDown', 'ModelsServerDown']));
  });

  it("keeps Slack's address to Alertmanager's own user", () => {
    const file = home.file('alertmanager', 'alertmanager.json');
    expect(readFileSync(file, 'utf8')).toContain(WEBHOOK);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const pages = readFileSync(home.file('logs', 'alertmanager.log'), 'utf8');
    expect(pages).not.toContain(WEBHOOK);
  });
});
