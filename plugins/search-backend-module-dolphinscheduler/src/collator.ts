import { Readable } from 'node:stream';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { ForwardedError } from '@backstage/errors';
import type { DocumentCollatorFactory, IndexableDocument } from '@backstage/plugin-search-common';
import {
  permissions,
  WORKFLOW_RESOURCE_TYPE,
  workflowKey,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import type {
  DolphinSchedulerService,
  WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';

/** A workflow as it is found. @public */
export interface WorkflowDocument extends IndexableDocument {
  readonly instance: string;
  readonly project: string;
  /** An entity ref; empty for none. */
  readonly owner: string;
}

/** @public */
export interface DolphinschedulerCollatorOptions {
  readonly dolphinscheduler: DolphinSchedulerService;
  readonly logger: LoggerService;
}

/** Hands all instances' workflows to the search; who may read which is asked at each query. @public */
export class DefaultDolphinschedulerCollatorFactory implements DocumentCollatorFactory {
  readonly type = WORKFLOW_RESOURCE_TYPE;
  readonly visibilityPermission = permissions.read;

  constructor(private readonly options: DolphinschedulerCollatorOptions) {}

  async getCollator(): Promise<Readable> {
    return Readable.from(this.#documents());
  }

  /** @throws where no instance answers: the index then stays as it is. */
  async *#documents(): AsyncGenerator<WorkflowDocument> {
    const { dolphinscheduler, logger } = this.options;
    const failures: unknown[] = [];
    for (const instance of dolphinscheduler.instances) {
      try {
        yield* (await instance.workflows()).map(workflowDocument);
      } catch (error) {
        failures.push(error);
        logger.warn(`${instance.name} does not answer: its workflows can't be found now`);
      }
    }
    if (failures.length > 0 && failures.length === dolphinscheduler.instances.length) {
      throw new ForwardedError('no DolphinScheduler instance answers', failures[0]);
    }
  }
}

function workflowDocument(row: WorkflowRow): WorkflowDocument {
  const { instance, project, code, id, name, description, owner } = row;
  return {
    title: name,
    text: [description, project, id].filter(Boolean).join('\n'),
    location: `/dolphinscheduler/${[instance, project, String(code)].map(encodeURIComponent).join('/')}`,
    authorization: { resourceRef: workflowKey(row) },
    instance,
    project,
    owner: owner ?? '',
  };
}
