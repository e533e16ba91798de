import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskInstance } from '../client';
import type { Requester } from '../http/requester';
import { followLog, type LogSource } from './follow-log';

const LATE_MS = 2_000;

jest.setTimeout(30_000);

describe("a log that is followed after its task's end", () => {
  it('is waited for as long however often is looked, and then taken for whole', async () => {
    const begun = performance.now();
    const source: LogSource = {
      task: async () => ({ final: true, logPath: '/log' }) as TaskInstance,
      page: async from => {
        const late = performance.now() - begun >= LATE_MS;
        const lines = ['first', ...(late ? ['late'] : [])].slice(from);
        return { lines, next: from + lines.length, ended: false };
      },
    };
    // Nothing is asked for over HTTP: pages come from the source above.
    const http = {
      settings: {},
      pause: sleep,
      operation: <T>(work: () => Promise<T>) => work(),
    } as unknown as Requester;
    const lines: string[] = [];
    for await (const line of followLog(http, source, { pollMs: 10 })) lines.push(line);
    expect(lines).toEqual(['first', 'late']);
  });
});
