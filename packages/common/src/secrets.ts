/** Shorter values would blank out ordinary words; such a password is refused where it is stored. */
const SHORTEST_SECRET = 4;
const MASK = '***';

const known = new Set<string>();

/**
 * Makes a value known as a secret: from now on {@link redact} masks it, also where it stands
 * URL-encoded, in JSON or in base64. Whoever reads a secret registers it before anything else.
 *
 * @public
 */
export function registerSecret(value: string | undefined): void {
  if (!value || value.length < SHORTEST_SECRET) return;
  known.add(value);
  known.add(encodeURIComponent(value));
  known.add(JSON.stringify(value).slice(1, -1));
  known.add(Buffer.from(value).toString('base64'));
  known.add(Buffer.from(value).toString('base64url'));
}

/**
 * Masks every registered secret in a text. All output to people, logs and servers' definitions
 * goes through here.
 *
 * @public
 */
export function redact(text: string): string {
  let result = text;
  // The longest first: one secret may contain another.
  for (const secret of [...known].sort((a, b) => b.length - a.length)) {
    if (result.includes(secret)) result = result.replaceAll(secret, MASK);
  }
  return result;
}
