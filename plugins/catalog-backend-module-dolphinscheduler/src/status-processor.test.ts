import type { Entity } from '@backstage/catalog-model';
import { row } from './__testUtils__/rows';
import { workflowEntity } from './entity';
import { StatusProcessor } from './status-processor';

const LINKS = {
  used: [],
  data: { dependsOn: [], dependencyOf: [], providesApis: [], consumesApis: [] },
};
const SETTINGS = { defaultOwner: 'group:default/data', systems: new Map<string, string>() };

const processed = async (entity: Entity) =>
  (await new StatusProcessor().postProcessEntity(entity)) as Entity & { status?: unknown };

describe('the status of a workflow', () => {
  it.each([
    ['failed', 'error'],
    ['succeeded', 'info'],
    ['stopped', 'warning'],
  ])('says that the last run has %s', async (state, level) => {
    const { status } = await processed(workflowEntity(row(), LINKS, SETTINGS, state));
    expect(status).toEqual({
      items: [
        {
          type: 'dolphinscheduler.dolphinstage.io/last-run',
          level,
          message: `The last run that has ended: ${state}.`,
        },
      ],
    });
  });

  it('says that it was edited', async () => {
    const { status } = await processed(workflowEntity(row({ drifted: true }), LINKS, SETTINGS));
    expect(status).toEqual({
      items: [
        {
          type: 'dolphinscheduler.dolphinstage.io/drift',
          level: 'warning',
          message: 'It was edited in DolphinScheduler since it was applied.',
        },
      ],
    });
  });

  it('is none where there is nothing to say, and on entities that are not ours', async () => {
    const quiet = workflowEntity(row(), LINKS, SETTINGS);
    expect(await processed(quiet)).toBe(quiet);
    const ran = workflowEntity(row(), LINKS, SETTINGS, 'failed');
    const service = { ...ran, spec: { ...ran.spec, type: 'service' } };
    expect(await processed(service)).toBe(service);
    const byHand = {
      ...ran,
      metadata: {
        ...ran.metadata,
        annotations: { 'backstage.io/managed-by-location': 'file:/x.yaml' },
      },
    };
    expect(await processed(byHand)).toBe(byHand);
  });
});
