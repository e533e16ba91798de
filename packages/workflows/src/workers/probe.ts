/** The probe's lines start with it, so that they can be found in a log. */
export const MARK = 'dolphinstage-probe';

/** Tells what a worker has; reads nothing secret. No braces after dollars: DolphinScheduler would replace them. */
export const PROBE = `
say() { echo "${MARK} $1=$2"; }
say user "$(id -un)"
if [ -z "$DOLPHINSTAGE_NODE" ]; then say node unset
else say node "$("$DOLPHINSTAGE_NODE" --version 2>/dev/null || echo broken)"; fi
if [ -z "$DOLPHINSTAGE_BUNDLES" ]; then say bundles unset
elif [ -d "$DOLPHINSTAGE_BUNDLES" ] && [ -r "$DOLPHINSTAGE_BUNDLES" ]; then say bundles readable
else say bundles unreachable; fi
if [ -z "$DOLPHINSTAGE_CONNECTIONS" ]; then say connections unset
elif [ -r "$DOLPHINSTAGE_CONNECTIONS" ]; then say connections "$(stat -c '%a %U' "$DOLPHINSTAGE_CONNECTIONS")"
else say connections unreadable; fi
if command -v pstree >/dev/null; then say psmisc present; else say psmisc missing; fi
`.trim();

/** What a worker has. @public */
export interface WorkerFacts {
  readonly user: string;
  /** `v24.1.0`, `unset` or `broken`. */
  readonly node: string;
  /** `readable`, `unset` or `unreachable`. */
  readonly bundles: string;
  /** Mode and owner, `unset` or `unreadable`. */
  readonly connections: string;
  /** `present` or `missing`. */
  readonly psmisc: string;
}

/** The facts in a probe's log. */
export function readFacts(lines: readonly string[]): WorkerFacts {
  const found = new Map<string, string>();
  for (const line of lines) {
    const match = /^dolphinstage-probe (\w+)=(.*)$/.exec(line);
    if (match?.[1]) found.set(match[1], match[2]?.trim() ?? '');
  }
  const fact = (name: string) => found.get(name) ?? 'unknown';
  return {
    user: fact('user'),
    node: fact('node'),
    bundles: fact('bundles'),
    connections: fact('connections'),
    psmisc: fact('psmisc'),
  };
}

const NODE_LINES = [22, 24];

/** What keeps tasks of packs from running there, in words. */
export function judge(facts: WorkerFacts, delivery: 'path' | 'resource'): string[] {
  const problems: string[] = [];
  const major = Number(/^v(\d+)\./.exec(facts.node)?.[1]);
  if (!NODE_LINES.includes(major)) {
    problems.push(
      `Node is ${facts.node}: set DOLPHINSTAGE_NODE in the environment to a Node 24 that the tenant can run`,
    );
  }
  if (delivery === 'path' && facts.bundles !== 'readable') {
    problems.push(
      `bundles are ${facts.bundles}: DOLPHINSTAGE_BUNDLES must be a folder that the tenant can read`,
    );
  }
  const [mode, owner] = facts.connections.split(' ');
  if (owner === undefined) {
    problems.push(
      `connections are ${facts.connections}: DOLPHINSTAGE_CONNECTIONS must be a file that the tenant can read`,
    );
  } else if (mode !== '600' || owner !== facts.user) {
    problems.push(
      `connections have mode ${mode} and belong to ${owner}: they must have 600 and belong to ${facts.user}`,
    );
  }
  if (facts.psmisc !== 'present')
    problems.push('psmisc is missing: stopping a task would leave its processes running');
  return problems;
}
