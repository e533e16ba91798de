import { RetrainingError } from './errors';

/** An identifier for SQL, quoted: `table`, or `schema.table`. */
export function quote(name: string): string {
  return name
    .split('.')
    .map(part => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

/** A text literal for SQL; of texts without backslashes. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Puts SQL fragments, made by {@link quote} and {@link literal}, into a template's `{{name}}` places. */
export function fill(template: string, parts: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) {
      throw new RetrainingError('PLAN_INVALID', `the template has no part for {{${name}}}`, {
        todo: 'Give the part where the template is filled.',
      });
    }
    return part;
  });
}
