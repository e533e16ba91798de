/** Lower case with dashes, as ids are. */
export const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** With more, the marker on the description would grow over its 90 characters. */
export const LONGEST_ID = 50;
/** Also a variable's name in a shell and a placeholder's in DolphinScheduler. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
/** What can stand in `${…}`, and so name a parameter that is kept as DolphinScheduler has it. */
export const VERBATIM_NAME = /^[^\s${}][^${}]{0,254}$/;
/** What DolphinScheduler accepts as a tenant, of what an OS accepts as a user. */
export const TENANT = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;
/** A Backstage entity: kind and namespace may be left out. */
export const OWNER =
  /^(?:[a-z][a-z0-9]*:)?(?:[a-z0-9]+(?:[-.]?[a-z0-9]+)*\/)?[A-Za-z0-9]+(?:[-_.]?[A-Za-z0-9]+)*$/;

/** True for what can name an owner: `group:default/sales`. @public */
export function isOwner(text: string): boolean {
  return OWNER.test(text);
}

/** What a name column holds on the server, in characters. */
export const LONGEST_NAME = 255;
/**
 * A run's name on the server is its workflow's, the version and 17 digits of time, in a column of the same length: a
 * workflow with a longer name can be kept, and its starts are accepted, but no run of it ever appears.
 */
export const LONGEST_RUNNABLE_NAME = LONGEST_NAME - '-1234567890-20261127170000000'.length;
/** Outputs stand in the same space of names as parameters. */
export const OUTPUT_PREFIX = 'out_';
/** What a description column holds on the server, in characters. */
export const LONGEST_DESCRIPTION = 255;

/** The DolphinScheduler parameter that carries a task's output. */
export function outputName(task: string): string {
  return OUTPUT_PREFIX + task.replaceAll('-', '_');
}
