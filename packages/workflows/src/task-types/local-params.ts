import type { Parameter, ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { LocalParamModel } from '../model';
import { asRef } from './refs';
import type { RawTaskType } from './task-type';

/** What the server holds of a raw task's local parameters, and placeholders that stand for others. */
export interface RenderedLocalParams {
  readonly localParams: readonly Parameter[];
  readonly renamed: ReadonlyMap<string, string>;
}

/**
 * A local parameter that stands for one of the same name is a circle, which servers refuse; the other is there all the
 * same. Of a parameter that is bound, as SQL's are, 3.1 doesn't look into what stands for an output: there the output's
 * own name has to stand in its place.
 */
export function renderLocalParams(
  params: readonly LocalParamModel[],
  type: Pick<RawTaskType, 'handsOnLocalParams' | 'outputTypes' | 'bindsParameters'>,
  line: ServerLine,
): RenderedLocalParams {
  const { handsOnLocalParams = false, outputTypes = {}, bindsParameters = false } = type;
  const isRenamed = ({ name, output }: LocalParamModel) =>
    output !== undefined && output !== name && bindsParameters && line === '3.1';
  const isNeeded = (param: LocalParamModel) => {
    const isCircle = param.direct === 'IN' && param.value === `\${${param.name}}`;
    if (!isCircle) return !isRenamed(param);
    // Only 3.1 takes the workflow's parameter of the same name, and its type from the local one.
    return param.output === undefined ? line === '3.1' : handsOnLocalParams;
  };
  return {
    localParams: params.filter(isNeeded).map(({ name, direct, type: own, value }) => ({
      prop: name,
      direct,
      type: direct === 'OUT' ? (outputTypes[own] ?? own) : own,
      value,
    })),
    renamed: new Map(
      params.filter(isRenamed).map(({ name, output = '' }) => [name, output] as const),
    ),
  };
}

/** A value with placeholders in its texts under other names. */
export function renamePlaceholders(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (names.size === 0) return value;
  if (typeof value === 'string') {
    return value.replaceAll(/([$!]\{)(\w+)\}/g, (all, opening: string, name: string) =>
      names.has(name) ? `${opening}${names.get(name)}}` : all,
    );
  }
  if (typeof value !== 'object' || value === null || asRef(value)) return value;
  if (Array.isArray(value)) return value.map(item => renamePlaceholders(item, names));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renamePlaceholders(item, names)]),
  );
}
