import { TaskError } from '../errors';

/** An identifier for SQL, quoted. @public */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal for SQL. @public */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/**
 * Puts SQL fragments into a template's `{{name}}` places. Fragments are made with {@link quote} and {@link literal}; values
 * of rows travel as parameters.
 *
 * @throws TaskError `TASK_INVALID`.
 * @public
 */
export function fill(template: string, parts: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) {
      throw new TaskError('TASK_INVALID', `the template has no part for {{${name}}}`, {
        todo: 'Give the part where the template is filled.',
      });
    }
    return part;
  });
}

/** Takes a file apart at its `-- name: …` lines. @public */
export function statements<Name extends string>(text: string): Record<Name, string> {
  const found: Record<string, string> = {};
  for (const part of text.split(/^-- name: /m).slice(1)) {
    const end = part.indexOf('\n');
    found[part.slice(0, end).trim()] = part.slice(end + 1).trim();
  }
  return found;
}
