import type { Project, Schedule, WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import type { TaskDefinition as PackTaskDefinition } from '@dolphinstage/task-kit';
import type { Workflow } from '../define/define-workflow';
import type { Authored } from '../import/author';
import type { FindPackTask } from '../import/packs';
import { liveBundles, readWorkflow, type ReadWorkflow } from '../import/read-workflow';
import { ServerNames } from '../import/server-names';
import { describeWorkflow, ownText, readMarker } from '../marker';
import type { WorkflowModel } from '../model';
import { readBase } from '../plan/base';
import { mintCode } from '../plan/digest';
import { readDirectory, wantedOf } from '../plan/directory';
import type { Client, PlanOptions } from '../plan/plan-types';
import { renderWorkflow, type RenderedWorkflow } from '../plan/render';
import { toScheduleSpec, wantedSchedule } from '../plan/schedule';
import { liveTasks, toSpec } from '../plan/spec';
import { isRawTask } from '../task-types/raw-task';
import { mergeEdits } from './merge';

/** A workflow on a server, and the code that it is of. */
export interface Counterpart {
  readonly client: Client;
  readonly options: PlanOptions;
  readonly project: Project;
  readonly definition: WorkflowDefinition;
  readonly schedules: readonly Schedule[];
  /** As it was loaded: functions of packs are taken from it. */
  readonly workflow: Workflow;
  readonly model: WorkflowModel;
}

/** How a workflow stands in code and on the server, both told in the same way, so that only edits differ. */
export interface BothSides {
  /** What the code would make the server hold. */
  readonly code: Authored;
  readonly server: ReadWorkflow;
  /** What the code is to say: where it has changed since it was applied, its own changes with the server's. */
  readonly wanted: Authored;
  /** The same for other code of the workflow. */
  told(model: WorkflowModel): Authored;
}

/** @throws ClientError */
export async function readBothSides(counterpart: Counterpart): Promise<BothSides> {
  const { client, options, project, definition, schedules, workflow, model } = counterpart;
  // The commands of packs are told apart by their input, not by the bundle that runs them.
  const bundles = new Map([...options.bundles, ...liveBundles(definition)]);
  const render = (of: WorkflowModel) =>
    renderWorkflow(of, {
      ...options,
      bundles,
      capabilities: client.capabilities,
      line: client.line,
    });
  const rendered = render(model);
  const isAsApplied = readMarker(definition.description)?.digest === rendered.digest;
  const base = isAsApplied ? undefined : await readBase(client, project.code, definition);
  const directory = await readDirectory(client, wantedOf([rendered]));
  const served = (of: RenderedWorkflow) => {
    const spec = toSpec(of, definition, {
      target: options.target,
      capabilities: client.capabilities,
      directory,
    });
    const wanted = wantedSchedule(of);
    const schedule: Schedule | undefined = wanted && {
      ...toScheduleSpec(wanted, definition.code, directory),
      id: 0,
      releaseState: 'OFFLINE',
    };
    return { definition: { ...definition, ...spec }, schedules: schedule ? [schedule] : [] };
  };
  const own = served(rendered);
  const rows = await client.workflows.list(project.code);
  const names = await ServerNames.read(client, project, rows, [own.definition, definition]);
  const packTask = packTasksOf(workflow);
  const tell = (
    of: Pick<Counterpart, 'definition' | 'schedules'>,
    taskIds: ReadonlyMap<number, string>,
  ) =>
    readWorkflow(marked(of.definition, model), of.schedules, {
      client,
      names,
      target: options,
      project: model.project,
      id: model.id,
      isOurs: true,
      owner: model.owner,
      packTask,
      taskIds,
      unscheduled: {
        onFailure: model.onFailure,
        alert: model.alert,
        workerGroup: model.workerGroup,
        priority: model.priority,
        environment: model.environment,
      },
    });
  const ids = idsOf(rendered, definition, options.target);
  const code = tell(own, ids).authored;
  const server = tell({ definition, schedules }, ids);
  return {
    code,
    server,
    wanted:
      base && base.digest !== rendered.digest
        ? // A schedule has no versions: what it was can't be told.
          mergeEdits(
            tell({ definition: base.definition, schedules }, ids).authored,
            code,
            server.authored,
          )
        : server.authored,
    told(of) {
      const other = render(of);
      return tell(served(other), idsOf(other, definition, options.target)).authored;
    },
  };
}

/** The author's ids by the codes that their tasks have, or are going to have. */
function idsOf(
  rendered: RenderedWorkflow,
  live: WorkflowDefinition,
  target: string,
): Map<number, string> {
  const { project, id: workflow } = rendered.model;
  const known = liveTasks(rendered, live);
  return new Map(
    rendered.tasks.map(({ id }) => [
      known.get(id)?.code ?? mintCode(target, project, workflow, id),
      id,
    ]),
  );
}

/** A marker that somebody has deleted is put back, since it says how texts are kept. */
function marked(definition: WorkflowDefinition, model: WorkflowModel): WorkflowDefinition {
  if (readMarker(definition.description)) return definition;
  const description = ownText(definition.description);
  return {
    ...definition,
    description: describeWorkflow({ ...model, description }, '0'.repeat(12)),
  };
}

function packTasksOf(workflow: Workflow): FindPackTask {
  const tasks = new Map<string, PackTaskDefinition>();
  for (const { call } of workflow.nodes()) if (!isRawTask(call)) tasks.set(call.task.id, call.task);
  return id => {
    const task = tasks.get(id);
    return task && { task: task as never, module: '', exported: id.split('/')[1] ?? '' };
  };
}
