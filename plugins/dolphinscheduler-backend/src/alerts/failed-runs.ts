import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { SignalsService } from '@backstage/plugin-signals-node';
import { workflowKey } from '@dolphinstage/plugin-dolphinscheduler-common';
import {
  stateOf,
  type DolphinSchedulerInstance,
  type WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import { isOwner } from '@dolphinstage/workflows';
import { announce } from '../changes';
import type { AlertedRun } from './content';

/** Failures of which is remembered that somebody has been notified. */
const MOST_REMEMBERED = 10_000;

/** What it takes to tell of a failed run. */
export interface FailedRunsOptions {
  readonly notifications: NotificationService;
  readonly signals: SignalsService;
  readonly logger: LoggerService;
}

/** Notifies owners of failed runs, of each failure once. */
export class FailedRuns {
  readonly #told = new Set<string>();

  constructor(private readonly options: FailedRunsOptions) {}

  /**
   * Looks at the run itself: what has told of it may be wrong.
   *
   * @throws ClientError while the server can't be asked; what notifying throws.
   */
  async tell(instance: DolphinSchedulerInstance, alerted: AlertedRun): Promise<void> {
    const client = await instance.client();
    const run = await client.runs.get(alerted.projectCode, alerted.run);
    if (!run || stateOf(run.state) !== 'failed') return;
    const row = await findRow(instance, alerted.projectCode, run.workflowDefinitionCode);
    if (!row) return;
    // A run that is repeated keeps its id, and may fail again.
    const failure = [instance.name, run.id, run.endTime].join();
    if (this.#told.has(failure)) return;
    this.#remember(failure);
    try {
      await this.#notify(row, run.id);
    } catch (error) {
      this.#told.delete(failure);
      throw error;
    }
    await instance.changed('runs');
    const { project, code } = row;
    await announce(this.options.signals, { instance: instance.name, project, code });
  }

  async #notify(row: WorkflowRow, run: number): Promise<void> {
    const owner = ownerOf(row);
    if (owner === undefined) {
      this.options.logger.info(`${workflowKey(row)} has failed, and has no owner to be notified`);
      return;
    }
    await this.options.notifications.send({
      recipients: { type: 'entity', entityRef: owner },
      payload: {
        title: `${row.name} has failed`,
        description: `Run ${run} in project ${row.project} on ${row.instance}`,
        link: `/dolphinscheduler/${workflowKey(row)}/runs/${run}`,
        severity: 'high',
        topic: 'run-failed',
        // Another backend's, and a repeated run's, takes this one's place.
        scope: `run:${workflowKey(row)}/${run}`,
      },
    });
  }

  #remember(failure: string): void {
    const [oldest] = this.#told;
    if (oldest !== undefined && this.#told.size >= MOST_REMEMBERED) this.#told.delete(oldest);
    this.#told.add(failure);
  }
}

/** Descriptions are anybody's text: what names no entity is as good as none. */
function ownerOf({ owner }: WorkflowRow): string | undefined {
  if (owner === undefined || !isOwner(owner)) return undefined;
  return stringifyEntityRef(
    parseEntityRef(owner, { defaultKind: 'group', defaultNamespace: 'default' }),
  );
}

async function findRow(
  instance: DolphinSchedulerInstance,
  projectCode: number,
  code: number,
): Promise<WorkflowRow | undefined> {
  const find = async () =>
    (await instance.workflows()).find(row => row.projectCode === projectCode && row.code === code);
  const found = await find();
  if (found) return found;
  // It may have been made a moment ago.
  await instance.changed('definitions');
  return find();
}
