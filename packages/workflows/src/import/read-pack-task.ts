import type { TaskDefinition } from '@dolphinstage/dolphinscheduler-client';
import { parseCommand, type ReadCommand } from '../command';
import type { Bind, PackTaskBody, TaskModel } from '../model';

/** A command line of ours as its pack's task. */
export interface ReadPackTask {
  readonly body: PackTaskBody;
  /** The bundle as the command names it: a shell word. */
  readonly bundle: string;
  /** The file's name alone. */
  readonly fileName: string;
  /** The id of the task in its workflow. */
  readonly id: string;
  readonly retry?: TaskModel['retry'];
  readonly timeoutMinutes: number;
}

const BIND =
  /^([^=]*)=(?:output\(([a-z0-9-]+)\)(?:\.([^:]*))?:\$\{\w+\}|(string|integer|number|boolean|date|datetime):\$\{(\w+)\})$/;

/** Undefined for any other task. Whether the command is as ours are is seen when it is written again. */
export function readPackTask({ taskType, taskParams }: TaskDefinition): ReadPackTask | undefined {
  const { rawScript } = taskParams;
  if (taskType !== 'SHELL' || typeof rawScript !== 'string') return undefined;
  const command = parseCommand(rawScript);
  const binds = command?.binds.map(readBind);
  const id = command && identityTask(command);
  const [pack, task] = command?.task.split('/') ?? [];
  const fileName = command && /[^/]+\.cjs$/.exec(command.bundle)?.[0];
  if (!command || !pack || !task || !binds || !id || !fileName) return undefined;
  if (binds.includes(undefined)) return undefined;
  const [attempts, everySeconds] = (command.retry ?? '').split(':').map(Number);
  return {
    body: {
      kind: 'pack',
      pack,
      task: command.task,
      input: command.input,
      binds: binds as Bind[],
    },
    bundle: `"${command.bundle}"`,
    fileName,
    id,
    ...(attempts && everySeconds !== undefined ? { retry: { attempts, everySeconds } } : {}),
    timeoutMinutes: Number(command.timeout ?? 0) / 60,
  };
}

function readBind(text: string): Bind | undefined {
  const [, path, task, output, type, param] = BIND.exec(text) ?? [];
  if (path === undefined) return undefined;
  if (task !== undefined) return { path, task, output: output ?? '' };
  return { path, param: param ?? '', type: type as never };
}

function identityTask({ identity }: ReadCommand): string | undefined {
  try {
    const read = JSON.parse(Buffer.from(identity ?? '', 'base64url').toString('utf8')) as unknown;
    const { task } = read as { task?: unknown };
    return typeof task === 'string' ? task : undefined;
  } catch {
    return undefined;
  }
}
