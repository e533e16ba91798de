import { existsSync } from 'node:fs';

/** How a JVM of one of our servers is set. */
export interface JvmOptions {
  /** Largest heap in MB. */
  heapMb: number;
  /**
   * Where the archive of loaded classes is kept. The first clean end of the server writes it; from then on a
   * start takes a fraction of the time.
   */
  archive: string;
}

/**
 * Options for small, quick-starting JVMs: a serial collector needs no threads of its own, and the first
 * compiler tier is enough for servers that mostly wait. With the second one DolphinScheduler took 62 instead of 37 s of
 * CPU for the suites of `packages/workflows/src/run`.
 */
export function jvmArguments({ heapMb, archive }: JvmOptions): string[] {
  return [
    ...['-Xms128m', `-Xmx${heapMb}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    existsSync(archive)
      ? `-XX:SharedArchiveFile=${archive}`
      : `-XX:ArchiveClassesAtExit=${archive}`,
    ...[
      '-Xshare:auto',
      '-Xlog:cds=off',
      '-Xlog:cds+dynamic=off',
      '-Djava.net.preferIPv4Stack=true',
      '-Duser.timezone=UTC',
    ],
  ];
}
