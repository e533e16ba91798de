import type { UserEntity } from '@backstage/catalog-model';
import type { Person } from './bare-repository';

/** Who commits: the author is the person who started the task. */
export const PORTAL: Person = { name: 'Dolphinstage', email: 'portal@dolphinstage.invalid' };

/** Whoever started a task, as the scaffolder knows them. */
export interface TaskUser {
  readonly ref?: string;
  readonly entity?: UserEntity;
}

/** What git would take for the end of a name. */
// eslint-disable-next-line no-control-regex
const plain = (text: string) => text.replace(/[\u0000-\u001f\u007f<>]+/g, ' ').trim();

/** The person behind a task; the portal itself where nobody is. An address that nobody has named is none that exists. */
export function authorOf({ ref, entity }: TaskUser = {}): Person {
  const { displayName, email } = entity?.spec.profile ?? {};
  const name = plain(displayName ?? '') || plain(ref ?? '');
  if (!name) return PORTAL;
  const [, namespace = '', local = ''] = /^user:(.+)\/(.+)$/.exec(ref ?? '') ?? [];
  const madeUp = local ? `${local}@${namespace}.dolphinstage.invalid` : PORTAL.email;
  return { name, email: plain(email ?? '') || plain(madeUp) };
}
