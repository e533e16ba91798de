/** What a workflow's entity is called in the catalog: by the provider, by links to it, by templates. */

/** What an entity's name is made from. @public */
export interface NamedWorkflow {
  readonly instance: string;
  readonly project: string;
  /** Its id in the code; absent for one that no code of ours made. */
  readonly id?: string;
  /** What DolphinScheduler calls it. */
  readonly name: string;
}

/** The catalog's limit. */
const LONGEST = 63;
/** 64 bits in base 36. */
const DIGEST_LENGTH = 13;
/** Lower case, as references to entities are compared; without dots, which separate the parts. */
const PLAIN = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** FNV-1a: browsers have no digest that answers at once. */
function digest(text: string): string {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  }
  return hash.toString(36).padStart(DIGEST_LENGTH, '0');
}

const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/**
 * The `metadata.name` of a workflow's entity, at most 63 characters: `<instance>.<project>.<id>` where that says it
 * all, else what is readable of it with a digest after an underscore, which the first form never has. One without an
 * id goes by its name and always has a digest, so that it is never taken for one with an id.
 *
 * @public
 */
export function workflowEntityName({ instance, project, id, name }: NamedWorkflow): string {
  const parts = [instance, project, id ?? name];
  if (id !== undefined && isPlain(parts)) return parts.join('.');
  return withDigest(parts, JSON.stringify([...parts, id !== undefined]), 'workflow');
}

function isPlain(parts: readonly string[]): boolean {
  return parts.join('.').length <= LONGEST && parts.every(part => PLAIN.test(part));
}

function withDigest(parts: readonly string[], whole: string, unreadable: string): string {
  const readable = parts
    .map(slug)
    .filter(Boolean)
    .join('.')
    .slice(0, LONGEST - DIGEST_LENGTH - 1)
    .replace(/[-.]+$/, '');
  return `${readable || unreadable}_${digest(whole)}`;
}

/** What workflows of an instance use by name. @public */
export interface NamedResource {
  readonly instance: string;
  /** `connection`: what tasks of packs name; `datasource`: DolphinScheduler's own. */
  readonly kind: 'connection' | 'datasource';
  readonly name: string;
}

/**
 * The `metadata.name` of its Resource: `<instance>.<kind>.<name>` where that says it all, else with a digest.
 *
 * @public
 */
export function resourceEntityName({ instance, kind, name }: NamedResource): string {
  const parts = [instance, kind, name];
  return isPlain(parts) ? parts.join('.') : withDigest(parts, JSON.stringify(parts), kind);
}

/** The reference to its entity: `resource:default/<name>`. @public */
export function resourceEntityRef(resource: NamedResource): string {
  return `resource:default/${resourceEntityName(resource)}`;
}

/** The reference to a workflow's entity: `component:default/<name>`. @public */
export function workflowEntityRef(workflow: NamedWorkflow): string {
  return `component:default/${workflowEntityName(workflow)}`;
}

/**
 * A copy that was made in DolphinScheduler carries the original's id. It goes by its name: the id is that of the one
 * that is called so too, else of the oldest, as importing has it.
 *
 * @param rows - all of an instance, so that originals are among them.
 * @public
 */
export function withUniqueIds<T extends NamedWorkflow & { readonly code: number }>(
  rows: readonly T[],
): T[] {
  const key = ({ instance, project, id }: T) => JSON.stringify([instance, project, id]);
  const owners = new Map<string, T>();
  for (const row of rows) {
    const owner = owners.get(key(row));
    const isNamed = (one: T) => Number(one.name === one.id);
    const isBefore =
      !owner ||
      isNamed(row) > isNamed(owner) ||
      (isNamed(row) === isNamed(owner) && row.code < owner.code);
    if (isBefore) owners.set(key(row), row);
  }
  return rows.map(row =>
    row.id === undefined || owners.get(key(row)) === row ? row : { ...row, id: undefined },
  );
}
