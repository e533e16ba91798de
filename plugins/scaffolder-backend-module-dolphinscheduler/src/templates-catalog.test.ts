/** The list of templates as a catalog reads it: each folder beside it is a template. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import scaffolderEntityModel from '@backstage/plugin-catalog-backend-module-scaffolder-entity-model';
import { templateEntity } from './__testUtils__/scaffolder';

const TEMPLATES = join(__dirname, '../../../templates');
const PATIENCE_MS = 30_000;

describe('the list of templates in a catalog', () => {
  it('brings every folder in', async () => {
    const target = join(TEMPLATES, 'all.yaml');
    const { server } = await startTestBackend({
      features: [
        catalogPlugin,
        scaffolderEntityModel,
        mockServices.rootConfig.factory({
          data: {
            catalog: {
              locations: [{ type: 'file', target, rules: [{ allow: ['Location', 'Template'] }] }],
            },
          },
        }),
      ],
    });
    const address = `http://localhost:${server.port()}/api/catalog/entities?filter=kind=template`;
    const read = async () => (await (await fetch(address)).json()) as Entity[];
    const folders = readdirSync(TEMPLATES, { withFileTypes: true }).filter(each =>
      each.isDirectory(),
    );
    const deadline = Date.now() + PATIENCE_MS;
    let found = await read();
    while (found.length < folders.length && Date.now() < deadline) {
      await sleep(200);
      found = await read();
    }
    expect(found.map(({ metadata }) => metadata.name).sort()).toEqual(
      folders.map(({ name }) => templateEntity(name).metadata.name).sort(),
    );
  });
});
