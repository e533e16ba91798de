import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redact } from '@dolphinstage/common';
import { externalServers, readConfig } from './config';

describe('readConfig', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dolphinstage-config-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    delete process.env.CONFIG_TEST_TOKEN;
  });
  const write = (text: string, name = 'app-config.yaml') => writeFileSync(join(folder, name), text);

  it('reads instances with tokens from the environment, fills in defaults and masks the token', async () => {
    process.env.CONFIG_TEST_TOKEN = 'token-of-production';
    write(`dolphinscheduler:
  instances:
    - name: production
      baseUrl: https://ds.example.com/dolphinscheduler
      token: \${CONFIG_TEST_TOKEN}
`);
    const { dolphinscheduler } = await readConfig(folder);
    expect(dolphinscheduler.instances).toEqual([
      {
        name: 'production',
        baseUrl: 'https://ds.example.com/dolphinscheduler',
        token: 'token-of-production',
        delivery: 'resource',
        bundles: '',
        environment: 'dolphinstage',
        tenant: 'default',
      },
    ]);
    expect(redact('token-of-production')).toBe('***');
  });

  it("reads the user's own servers; the local file goes over the shared one", async () => {
    write(
      'embedded:\n  kafka: { url: "kafka://a:9092" }\n  postgres: { url: "postgres://b:5432" }\n',
    );
    write('embedded:\n  kafka: { url: "kafka://mine:9092" }\n', 'app-config.local.yaml');
    expect(externalServers(await readConfig(folder))).toEqual({
      kafka: 'kafka://mine:9092',
      postgres: 'postgres://b:5432',
    });
  });

  it('takes a file of comments only for an empty one', async () => {
    write('# nothing yet\n');
    expect(await readConfig(folder)).toEqual({
      dolphinscheduler: { instances: [] },
      catalog: { locations: [] },
      embedded: {},
    });
  });

  it('says what is wrong and in which file', async () => {
    write(
      'dolphinscheduler:\n  instances:\n    - name: production\n      baseUrl: not a url\n      token: x\n',
    );
    await expect(readConfig(folder)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/baseUrl/),
      where: expect.stringContaining('app-config.yaml'),
    });
  });
});
