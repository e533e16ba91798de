import { parseEntityRef } from '@backstage/catalog-model';

/** An owner's entity ref as people say it: `data-team`; with its kind where it isn't a group. */
export function tellOwner(ref: string): string {
  try {
    const { kind, namespace, name } = parseEntityRef(ref, { defaultKind: 'group' });
    const short = namespace === 'default' ? name : `${namespace}/${name}`;
    return kind.toLocaleLowerCase('en-US') === 'group' ? short : `${kind}:${short}`;
  } catch {
    return ref;
  }
}
