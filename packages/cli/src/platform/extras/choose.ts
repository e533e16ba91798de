import { CliError } from '../../errors';
import type { Extra } from './extra';

/**
 * The extras of these names with all that they need, in the order of the registry, each once.
 *
 * @throws CliError `USAGE` when there is none of a name: all such names in one error, with what there is.
 */
export function chooseExtras(names: readonly string[], registry: readonly Extra[]): Extra[] {
  const unknown = names.filter(name => !registry.some(extra => extra.name === name));
  if (unknown.length > 0) {
    throw new CliError('USAGE', `--with ${unknown.join(',')}: there is no such extra`, {
      todo: `Name some of: ${registry.map(({ name, title }) => `${name} (${title})`).join('; ')}.`,
    });
  }
  const chosen = new Set(names);
  // An extra stands after those that it needs: from the last on, each brings its own.
  for (const { name, needs = [] } of [...registry].reverse())
    if (chosen.has(name)) needs.forEach(need => chosen.add(need));
  return registry.filter(({ name }) => chosen.has(name));
}

/** Reads one `--with`: names with commas between; commander calls it for each, with what came before. */
export function parseNames(value: string, before: readonly string[] = []): string[] {
  const names = value.split(',').map(name => name.trim());
  return [...before, ...names.filter(name => name !== '')];
}
