/** The definition that says on the server that an apply is at work in a project. */
export const LOCK_NAME = 'dolphinstage-lock';

/** True for definitions that are Dolphinstage's own means: no list of workflows shows them. @public */
export function isReserved(name: string): boolean {
  return name === LOCK_NAME || name.startsWith(`${LOCK_NAME}-`);
}
