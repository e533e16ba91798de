/**
 * Definitions lie in git, and anybody who may read a project on the server sees a task's parameters. So a credential in
 * one of them must be a placeholder, `${password}`, which a run fills in.
 */
const KEYS =
  'password|passwd|pwd|secret|token|secret[_-]?key|access[_-]?key|api[_-]?key|private[_-]?key';
/** The end of such a key: JSON's, HOCON's, YAML's, a property's … and what it is set to. */
const ASSIGNED = new RegExp(`((?:${KEYS}))["']?[ \\t]*[:=][ \\t]*["']?([^\\s"',;{}]+)`, 'gi');
/** An option of a command line. */
const OPTION = new RegExp(`--[\\w.-]*((?:${KEYS}))[ \\t]+["']?([^\\s"'-][^\\s"']*)`, 'gi');
/** What the server puts a value in for: `${name}`, `!{name}`, `$[time]`; and a shell's own variables. */
const PLACEHOLDER = /^(?:\$|!\{)/;
/** What stands between a scheme and a host. */
const USER_INFO = /([a-z][a-z0-9+.-]*):\/\/([^\s/@"']+)@/gi;

/** The key of a text's first credential that is written out; undefined where there is none. */
export function plainSecret(text: string): string | undefined {
  for (const pattern of [ASSIGNED, OPTION]) {
    for (const [, key = '', value = ''] of text.matchAll(pattern)) {
      if (!PLACEHOLDER.test(value)) return key;
    }
  }
  return undefined;
}

/** Whether an address in a text has a password, or over HTTP anything before its host, that is written out. */
export function hasPlainUserInfo(text: string): boolean {
  return [...text.matchAll(USER_INFO)].some(([, scheme = '', info = '']) => {
    const [user = '', ...password] = info.split(':');
    const secret = password.length > 0 ? password.join(':') : user;
    const counts = password.length > 0 || /^https?$/i.test(scheme);
    return counts && secret !== '' && !PLACEHOLDER.test(secret);
  });
}
