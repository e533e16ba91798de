/** Takes a file apart at its `-- name: …` lines. */
export function statements<Name extends string>(text: string): Record<Name, string> {
  const found: Record<string, string> = {};
  for (const part of text.split(/^-- name: /m).slice(1)) {
    const end = part.indexOf('\n');
    found[part.slice(0, end).trim()] = part.slice(end + 1).trim();
  }
  return found;
}
