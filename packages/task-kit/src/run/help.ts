import { z } from 'zod';
import type { AnyTask, TaskPack } from '../define-task';

const USAGE = `Usage: dolphinstage-task <pack>/<task> [options]

  --input <JSON>              the input, or base64url of it
  --set <path>=<value>        one part of the input: JSON, else a text; may be given again
  --bind <path>=<type>:<v>    one part in a type's wire form (string: base64url), or
                              <path>=output(<task>).<path in it>:<handle> of a task before
  --connections <file>        default: $DOLPHINSTAGE_CONNECTIONS; mode 0600
  --retry <attempts>:<s>      attempts in all, and the seconds between them
  --timeout <s>               for each attempt
  --identity <base64url>      of {"project","workflow","task","tenant"}: the output becomes a handle
  --instance, --task-instance <n>
  --describe                  the pack's tasks with their JSON Schemas
  -h, --help                  with a task: its input

DOLPHINSTAGE_LOG=json makes log lines JSON. Exit code 0: done, 1: failed, 2: bad input.`;

/** The parts of JSON Schema that help prints. */
interface Schema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}

/** The JSON Schema of a task's input, as its author writes it, or of its output. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema;
}

function typeName(schema: Schema): string {
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map(typeName).join(' | ');
  if (schema.type === 'array') return `${typeName(schema.items ?? {})}[]`;
  return [schema.type ?? 'any'].flat().join(' | ');
}

function describeFields(schema: Schema, prefix = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const must = schema.required?.includes(name) ? 'required' : 'optional';
    const preset = field.default === undefined ? '' : `, default ${JSON.stringify(field.default)}`;
    const about = field.description ? `  ${field.description}` : '';
    if (field.properties) return describeFields(field, `${path}.`);
    return [`  ${path.padEnd(26)} ${typeName(field)}, ${must}${preset}${about}`];
  });
}

function taskHelp(task: AnyTask): string {
  const schema = jsonSchema(task.input, 'input');
  const fields = describeFields(schema);
  return `${task.id}: ${task.description}\n\nInput:\n${fields.length > 0 ? fields.join('\n') : `  ${typeName(schema)}`}`;
}

/** What `--help` prints: of one task, or of the pack. */
export function helpText(pack: TaskPack, task?: AnyTask): string {
  if (task) return `${taskHelp(task)}\n\n${USAGE}`;
  return `${USAGE}\n\nTasks of ${pack.name}:\n\n${pack.tasks.map(taskHelp).join('\n\n')}`;
}

/** What `--describe` prints. @public */
export interface PackDescription {
  readonly name: string;
  readonly tasks: readonly {
    readonly id: string;
    readonly description: string;
    readonly input: unknown;
    readonly output: unknown;
  }[];
}

/** The pack for machines. */
export function describePack(pack: TaskPack): PackDescription {
  return {
    name: pack.name,
    tasks: pack.tasks.map(({ id, description, input, output }) => ({
      id,
      description,
      input: jsonSchema(input, 'input'),
      output: jsonSchema(output, 'output'),
    })),
  };
}
