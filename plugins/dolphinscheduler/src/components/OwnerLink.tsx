import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { parseEntityRef } from '@backstage/catalog-model';

/** A workflow's owner, linked to its page where it is an entity ref. */
export function OwnerLink({ owner }: { readonly owner: string }) {
  try {
    parseEntityRef(owner, { defaultKind: 'group' });
  } catch {
    return <span>{owner}</span>;
  }
  return <EntityRefLink entityRef={owner} defaultKind="group" hideIcon />;
}
