import type {
  Project,
  Schedule,
  WorkflowDefinition,
  WorkflowDefinitionSummary,
} from '@dolphinstage/dolphinscheduler-client';
import pLimit from 'p-limit';
import { join } from 'node:path';
import { isReserved } from '../apply/reserved';
import { WorkflowError } from '../errors';
import { cut } from '../marker';
import type { Model, WorkflowModel } from '../model';
import { readWhole } from '../plan/live';
import { plan } from '../plan/plan';
import type { Client } from '../plan/plan-types';
import { changeText } from '../text/plan-text';
import { slug, idsFor } from './ids';
import type { FindPackTask } from './packs';
import { printWorkflow } from './print-workflow';
import { type ImportTarget, liveBundles, readWorkflow, type ReadWorkflow } from './read-workflow';
import { markedIds, ServerNames } from './server-names';

const AT_ONCE = 8;

/** @public */
export interface ImportOptions extends ImportTarget {
  /** Its name. */
  readonly project: string;
  /** Ids or names in DolphinScheduler. Default: all of the project. */
  readonly workflows?: readonly string[];
  /** Who answers for workflows that name nobody. Default: the user who changed each last. */
  readonly owner?: string;
  /** The folder that the files are for, absolute. */
  readonly folder: string;
  /** Default: tasks of packs are kept as their command lines. See {@link packTasksNear}. */
  readonly packTask?: FindPackTask;
}

/** One workflow as a file. @public */
export interface ImportedFile {
  /** Absolute. */
  readonly path: string;
  readonly content: string;
  /** What code can't say of it, and what was made up; they stand in the file, too. */
  readonly notes: readonly string[];
  /** What synthesis makes of it. */
  readonly model: WorkflowModel;
}

interface Found {
  readonly row: WorkflowDefinitionSummary;
  readonly definition: WorkflowDefinition;
  readonly schedules: readonly Schedule[];
  readonly id: string;
  readonly isOurs: boolean;
}

/**
 * Live workflows as TypeScript that plans to nothing: to a takeover without changes for those that Dolphinstage didn't
 * make. Writes nothing, on the server or here.
 *
 * @throws ClientError; WorkflowError `WORKFLOW_NOT_FOUND`.
 * @public
 */
export async function importWorkflows(
  client: Client,
  options: ImportOptions,
): Promise<ImportedFile[]> {
  const { project: name, folder, packTask = () => undefined } = options;
  const project = await client.projects.find(name);
  if (!project) {
    throw new WorkflowError('WORKFLOW_NOT_FOUND', `the server has no project ${name}`, {
      todo: 'Look how it is spelled, and whether this user may see it.',
    });
  }
  // As they were made, so that ids that are numbers stay.
  const rows = (await client.workflows.list(project.code))
    .filter(row => !isReserved(row.name))
    .sort((one, other) => one.code - other.code);
  const found = await find(client, project, rows, options.workflows);
  const names = await ServerNames.read(
    client,
    project,
    rows,
    found.map(({ definition }) => definition),
  );
  for (const { id, row } of found) names.addId(name, id, row.code);
  const context = { client, names, target: options, project: name, packTask };
  const isImported = (of: string, workflow: string) =>
    of === name ? found.find(({ id, row }) => id === workflow || row.name === workflow) : undefined;
  const models = new Map<string, ReadWorkflow>();
  for (const { definition, schedules, row, id, isOurs } of found) {
    models.set(
      id,
      readWorkflow(definition, schedules, {
        ...context,
        id,
        isOurs,
        owner: options.owner ?? ownerOf(row),
        sibling: (of, workflow) => {
          const other = isImported(of, workflow);
          return other && { project: name, id: other.id };
        },
      }),
    );
  }
  const left = await remaining(client, [...models.values()], found, options);
  const fileOf = (id: string) => join(folder, `${id}.workflow.ts`);
  return [...models]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { model, authored, notes: own }]) => {
      const notes = [...own, ...(left.get(id) ?? [])];
      return {
        path: fileOf(id),
        content: printWorkflow(authored, {
          file: fileOf(id),
          notes,
          siblingFile: (_project, sibling) => fileOf(sibling),
        }),
        notes,
        model,
      };
    });
}

/** As long as a person reads of one change. */
const LONGEST_CHANGE = 200;

/** What a plan of the imported code would still change or refuse, by workflow. */
async function remaining(
  client: Client,
  read: readonly ReadWorkflow[],
  found: readonly Found[],
  options: ImportOptions,
): Promise<Map<string, string[]>> {
  const bundles = new Map(found.flatMap(({ definition }) => [...liveBundles(definition)]));
  const model: Model = { version: 1, workflows: read.map(each => each.model) };
  const planned = await plan(client, model, { ...options, bundles });
  const notes = new Map(model.workflows.map(({ id }) => [id, [] as string[]]));
  for (const { id, changes, action } of planned.workflows) {
    const own = notes.get(id);
    if (action === 'conflict') own?.push('there is another workflow of its name: apply refuses it');
    for (const change of changes) {
      own?.push(`a plan changes ${cut(changeText(change).replace(/\s+/g, ' '), LONGEST_CHANGE)}`);
    }
  }
  for (const { workflow = '', task, message } of planned.problems) {
    notes.get(workflow)?.push(`a plan is refused: ${task ? `task ${task}: ` : ''}${message}`);
  }
  return notes;
}

/** A user of the server as an owner. */
function ownerOf({ userName }: WorkflowDefinitionSummary): string {
  return `user:default/${slug(userName) || 'unknown'}`;
}

async function find(
  client: Client,
  project: Project,
  rows: readonly WorkflowDefinitionSummary[],
  wanted: readonly string[] | undefined,
): Promise<Found[]> {
  const marked = markedIds(rows);
  const ids = idsFor(
    rows.map(row => ({ name: row.name, known: marked.get(row.code) })),
    'workflow',
  );
  const all = rows.map((row, at) => ({
    row,
    id: ids[at] ?? '',
    isOurs: marked.get(row.code) === ids[at],
  }));
  const missing = wanted?.filter(
    each => !all.some(({ row, id }) => row.name === each || id === each),
  );
  if (missing?.length) {
    throw new WorkflowError(
      'WORKFLOW_NOT_FOUND',
      `project ${project.name} has no workflow ${missing.join(', ')}`,
      { todo: `Use one of: ${all.map(({ id }) => id).join(', ') || 'none: it is empty'}.` },
    );
  }
  const limit = pLimit(AT_ONCE);
  const chosen = all.filter(
    ({ row, id }) => !wanted || wanted.includes(row.name) || wanted.includes(id),
  );
  const whole = await readWhole(client, project.code, chosen.length, rows.length);
  const found = await Promise.all(
    chosen.map(each =>
      limit(async () => {
        const { code } = each.row;
        const [definition, schedules] = whole
          ? [whole.definitions.get(code), whole.schedules.get(code) ?? []]
          : await Promise.all([
              client.workflows.get(project.code, code),
              client.schedules.list(project.code, code),
            ]);
        return definition && { ...each, definition, schedules };
      }),
    ),
  );
  // One that was deleted meanwhile isn't there any more.
  return found.filter(each => each !== undefined);
}
