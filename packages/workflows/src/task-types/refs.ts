/**
 * What a task's parameters refer to. On the server these are codes and ids, which a definition in git can't know:
 * there they are names. {@link resolveRefs} puts in the codes when a definition is written, {@link Names} tells the
 * names when one is read. Settings hold tasks and workflows in the same form.
 */
import type { WireType } from '@dolphinstage/task-kit';

const KEY = 'dolphinstage:ref';
const PARAM_KEY = 'dolphinstage:param';

/** A name that stands for a code or an id of the server. */
export type Reference =
  /** A task of the same workflow: its code. */
  | { readonly kind: 'task'; readonly task: string }
  /** A project: its code. */
  | { readonly kind: 'project'; readonly project: string }
  /** A workflow definition, by its id or its name: its code. */
  | { readonly kind: 'workflow'; readonly project: string; readonly workflow: string }
  /** A task of another workflow: its code. */
  | {
      readonly kind: 'workflow-task';
      readonly project: string;
      readonly workflow: string;
      readonly task: string;
    }
  /** A data source: its id. */
  | { readonly kind: 'datasource'; readonly name: string }
  /** A file in the resource centre, by its full name: `{ id }` or `{ resourceName }`, as the line has it. */
  | { readonly kind: 'resource'; readonly path: string }
  /** An alert group: its id. */
  | { readonly kind: 'alert-group'; readonly name: string };

/** A reference as it stands in settings and among a rendered task's parameters. */
export interface Ref {
  readonly [KEY]: Reference;
}

export function ref(reference: Reference): Ref {
  return { [KEY]: reference };
}

const JSON_TEXT = 'dolphinstage:json';

/** A value that the server keeps as JSON text; references in it are resolved first. */
export interface JsonText {
  readonly [JSON_TEXT]: unknown;
}

export function jsonText(value: unknown): JsonText {
  return { [JSON_TEXT]: value };
}

/** The reference that a value is; undefined for any other value. */
export function asRef(value: unknown): Reference | undefined {
  return typeof value === 'object' && value !== null && isRef(value) ? value[KEY] : undefined;
}

function isRef(value: object): value is Ref {
  return KEY in value;
}

/** One of the workflow's parameters as it stands in settings. */
export interface ParamRef {
  readonly [PARAM_KEY]: { readonly name: string; readonly type: WireType };
}

export function paramRef(name: string, type: WireType): ParamRef {
  return { [PARAM_KEY]: { name, type } };
}

/** The parameter that a value is; undefined for any other value. */
export function asParamRef(value: unknown): ParamRef[typeof PARAM_KEY] | undefined {
  return typeof value === 'object' && value !== null && PARAM_KEY in value
    ? (value as ParamRef)[PARAM_KEY]
    : undefined;
}

/** A value with each reference replaced by what it stands for. */
export function resolveRefs(value: unknown, resolve: (reference: Reference) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(item => resolveRefs(item, resolve));
  if (isRef(value)) return resolve(value[KEY]);
  if (JSON_TEXT in value) return JSON.stringify(resolveRefs(value[JSON_TEXT], resolve));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveRefs(item, resolve)]),
  );
}

/** Every reference in a value, in order. */
export function findRefs(value: unknown): Reference[] {
  const found: Reference[] = [];
  resolveRefs(value, reference => {
    found.push(reference);
    return undefined;
  });
  return found;
}

/** A reference for people: `datasource shop`. */
export function referenceText(reference: Reference): string {
  switch (reference.kind) {
    case 'task':
      return `task ${reference.task}`;
    case 'project':
      return `project ${reference.project}`;
    case 'workflow':
      return `workflow ${reference.project}/${reference.workflow}`;
    case 'workflow-task':
      return `task ${reference.project}/${reference.workflow}/${reference.task}`;
    case 'datasource':
      return `datasource ${reference.name}`;
    case 'resource':
      return `resource ${reference.path}`;
    case 'alert-group':
      return `alert group ${reference.name}`;
    default:
      return reference satisfies never;
  }
}

/** Codes and ids of a server back to names; undefined for those that it doesn't have, or that weren't looked up. */
export interface Names {
  /** The id of a task of the same workflow. */
  task(code: number): string | undefined;
  project(code: number): string | undefined;
  workflow(code: number): { readonly project: string; readonly workflow: string } | undefined;
  workflowTask(workflowCode: number, taskCode: number): string | undefined;
  datasource(id: number): string | undefined;
  /** @param resource - an element of `resourceList`, or what else names one file. */
  resource(resource: { readonly id?: number; readonly resourceName?: string }): string | undefined;
  alertGroup(id: number): string | undefined;
  /** The type of one of the workflow's parameters. */
  param(name: string): WireType | undefined;
}
