/** A scaffolder with our templates, as people use it: from the form's values to what comes of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createServiceFactory, type BackendFeature } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import type { JsonObject } from '@backstage/types';
import {
  createDolphinSchedulerService,
  dolphinschedulerServiceRef,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import { parse } from 'yaml';
import scaffolderModuleDolphinscheduler from '..';

export const TEMPLATES = join(__dirname, '../../../../templates');
const PATIENCE_MS = 120_000;

/** A template as the catalog has it. */
export function templateEntity(name: string): Entity {
  const file = join(TEMPLATES, name, 'template.yaml');
  const entity = parse(readFileSync(file, 'utf8')) as Entity;
  const location = pathToFileURL(file).href.replace('file://', 'file:');
  return {
    ...entity,
    metadata: {
      ...entity.metadata,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': location,
        'backstage.io/managed-by-origin-location': location,
      },
    },
  };
}

interface TaskEvent {
  readonly body: {
    readonly message: string;
    readonly output?: {
      readonly links?: readonly { readonly title: string; readonly entityRef?: string }[];
      readonly text?: readonly { readonly title: string; readonly content?: string }[];
    };
  };
}

/** What came of a filled in form. */
export interface Used {
  readonly status: string;
  readonly log: string;
  readonly links?: readonly (readonly [title: string, entityRef: string | undefined])[];
  readonly plan?: string;
  readonly review?: string;
}

/** A running scaffolder. */
export interface TestScaffolder {
  /** Of its API. */
  readonly base: string;
  /** Fills a form in, and waits for what comes of it. */
  use(template: string, values: JsonObject): Promise<Used>;
  stop(): Promise<void>;
}

/** What a scaffolder is started with. */
export interface ScaffolderOptions {
  /** As app-config.yaml has it below `dolphinscheduler`. */
  readonly dolphinscheduler: JsonObject;
  /** More of app-config.yaml. */
  readonly config?: JsonObject;
  readonly templates: readonly string[];
  /** What the catalog has beside the templates. */
  readonly entities?: readonly Entity[];
  readonly features?: readonly BackendFeature[];
}

export async function startScaffolder({
  dolphinscheduler,
  config = {},
  templates,
  entities = [],
  features = [],
}: ScaffolderOptions): Promise<TestScaffolder> {
  const data = { ...config, dolphinscheduler };
  const backend = await startTestBackend({
    features: [
      scaffolderPlugin,
      scaffolderModuleDolphinscheduler,
      ...features,
      catalogServiceMock.factory({ entities: [...entities, ...templates.map(templateEntity)] }),
      createServiceFactory({
        service: dolphinschedulerServiceRef,
        deps: {},
        factory: () =>
          createDolphinSchedulerService(
            mockServices.rootConfig({ data }),
            mockServices.rootLogger(),
          ),
      }),
      mockServices.rootConfig.factory({ data }),
    ],
  });
  const base = `http://localhost:${backend.server.port()}/api/scaffolder/v2`;
  return {
    base,
    stop: () => backend.stop(),
    async use(template, values) {
      const tasks = `${base}/tasks`;
      const started = await fetch(tasks, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          templateRef: `template:default/${templateEntity(template).metadata.name}`,
          values,
        }),
      });
      const answer = (await started.json()) as { id?: string };
      if (!answer.id) throw new Error(JSON.stringify(answer));
      const deadline = Date.now() + PATIENCE_MS;
      let status = 'open';
      while (['open', 'processing'].includes(status) && Date.now() < deadline) {
        await sleep(200);
        ({ status } = (await (await fetch(`${tasks}/${answer.id}`)).json()) as Used);
      }
      const events = (await (await fetch(`${tasks}/${answer.id}/events`)).json()) as TaskEvent[];
      const output = events.find(({ body }) => body.output)?.body.output;
      const text = (title: string) => output?.text?.find(each => each.title === title)?.content;
      return {
        status,
        log: events.map(({ body }) => body.message).join('\n'),
        links: output?.links?.map(({ title, entityRef }) => [title, entityRef] as const),
        plan: text('Plan'),
        review: text('Review'),
      };
    },
  };
}
