import { createServiceFactory } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  TestPipeline,
  type RegisterCollatorParameters,
} from '@backstage/plugin-search-backend-node';
import { searchIndexRegistryExtensionPoint } from '@backstage/plugin-search-backend-node/alpha';
import { permissions, readWorkflowKey } from '@dolphinstage/plugin-dolphinscheduler-common';
import {
  dolphinschedulerServiceRef,
  type DolphinSchedulerInstance,
  type DolphinSchedulerService,
  type WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import searchModule from '.';

const row = (over: Partial<WorkflowRow>): WorkflowRow => ({
  instance: 'test',
  project: 'sales',
  projectCode: 7,
  code: 11,
  version: 1,
  id: 'night',
  name: 'Night load',
  description: 'Counts what was sold',
  owner: 'group:default/sales',
  online: true,
  tasks: 1,
  drifted: false,
  uses: [],
  data: { connections: [], datasources: [], datasourceNames: [], packTasks: [] },
  ...over,
});

function serviceOf(
  workflowsByInstance: Record<string, () => Promise<readonly WorkflowRow[]>>,
): DolphinSchedulerService {
  const instances = Object.entries(workflowsByInstance).map(
    ([name, workflows]) => ({ name, workflows }) as unknown as DolphinSchedulerInstance,
  );
  return { instances, instance: () => instances[0]! };
}

const gone = async () => {
  throw new Error('unreachable');
};

/** The collator as the module has registered it. */
async function collatorOf(service: DolphinSchedulerService): Promise<RegisterCollatorParameters> {
  const collators: RegisterCollatorParameters[] = [];
  const backend = await startTestBackend({
    extensionPoints: [
      [
        searchIndexRegistryExtensionPoint,
        { addCollator: options => void collators.push(options), addDecorator: () => {} },
      ],
    ],
    features: [
      searchModule,
      mockServices.rootConfig.factory({
        data: {
          search: {
            collators: {
              dolphinscheduler: {
                schedule: { frequency: { hours: 1 }, timeout: { minutes: 1 } },
              },
            },
          },
        },
      }),
      createServiceFactory({
        service: dolphinschedulerServiceRef,
        deps: {},
        factory: () => service,
      }),
    ],
  });
  await backend.stop();
  expect(collators).toHaveLength(1);
  return collators[0]!;
}

async function index(service: DolphinSchedulerService) {
  const { factory } = await collatorOf(service);
  return TestPipeline.fromCollator(await factory.getCollator()).execute();
}

describe('the search module', () => {
  it('registers one collator, whose documents only their readers find', async () => {
    const { factory } = await collatorOf(serviceOf({ test: async () => [] }));
    expect(factory.type).toBe('dolphinscheduler-workflow');
    expect(factory.visibilityPermission).toEqual(permissions.read);
  });

  it('makes a document of each workflow of all instances', async () => {
    const { documents } = await index(
      serviceOf({
        test: async () => [row({})],
        other: async () => [
          row({
            instance: 'other',
            project: 'HR / pay?',
            name: 'made by hand',
            id: undefined,
            description: '',
            owner: undefined,
          }),
        ],
      }),
    );
    expect(documents).toEqual([
      {
        title: 'Night load',
        text: 'Counts what was sold\nsales\nnight',
        location: '/dolphinscheduler/test/sales/11',
        authorization: { resourceRef: 'test/sales/11' },
        instance: 'test',
        project: 'sales',
        owner: 'group:default/sales',
      },
      expect.objectContaining({
        title: 'made by hand',
        text: 'HR / pay?',
        location: '/dolphinscheduler/other/HR%20%2F%20pay%3F/11',
        owner: '',
      }),
    ]);
    expect(readWorkflowKey(documents[1]!.authorization!.resourceRef)).toEqual({
      instance: 'other',
      project: 'HR / pay?',
      code: 11,
    });
  });

  it('leaves out an instance that does not answer', async () => {
    const { documents, error } = await index(serviceOf({ gone, test: async () => [row({})] }));
    expect(documents.map(({ title }) => title)).toEqual(['Night load']);
    expect(error).toBeUndefined();
  });

  it('fails where none answers, so that the index stays as it is', async () => {
    const { documents, error } = await index(serviceOf({ gone }));
    expect(documents).toEqual([]);
    expect(error).toMatchObject({ message: expect.stringMatching(/no DolphinScheduler instance/) });
  });
});
