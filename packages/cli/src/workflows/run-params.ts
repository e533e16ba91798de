import { formatError } from '@dolphinstage/common';
import type { RunSettings } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { loadDefinitions } from './load';

/** For an option `--param name=value` that may be repeated. */
export function collectParam(text: string, given: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1)
    throw new CliError('USAGE', `"${text}" is no parameter`, { todo: 'Write name=value.' });
  return { ...given, [text.slice(0, at)]: text.slice(at + 1) };
}

/** What the definition in the current folder says of its runs; a run doesn't fail for want of it. */
export async function localSettings(
  cli: CliContext,
  name: string,
  target: string,
): Promise<RunSettings | undefined> {
  try {
    const { model } = loadDefinitions(cli, [], target);
    return model.workflows.find(({ id, project }) => name === id || name === `${project}/${id}`);
  } catch (error) {
    cli.note(`no alerts for this run: its definition can't be read here\n${formatError(error)}`);
    return undefined;
  }
}
