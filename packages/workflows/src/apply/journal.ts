/**
 * What an apply writes down on the server before it takes anything offline, so that the next one can finish
 * what it began and can tell a crash from a person's pause.
 */
import type { Parameter, ReleaseState } from '@dolphinstage/dolphinscheduler-client';
import { z } from 'zod';
import { type Holder, holderSchema } from './holder';

const releaseState = z.enum(['ONLINE', 'OFFLINE']);

const entrySchema = z.object({
  id: z.string(),
  /** What it is called in DolphinScheduler. */
  name: z.string(),
  /** 0: it is to be created. */
  code: z.number(),
  /** What it is to be in the end. */
  releaseState,
  /** What its schedule is to be in the end; absent: it has none. */
  schedule: releaseState.optional(),
  /** Its writes may have started. What hasn't begun was never touched. */
  begun: z.boolean(),
});

/** One workflow that an apply writes. */
export interface JournalEntry {
  readonly id: string;
  readonly name: string;
  readonly code: number;
  readonly releaseState: ReleaseState;
  readonly schedule?: ReleaseState;
  begun: boolean;
}

/** All that one apply writes in a project. */
export interface Journal {
  readonly holder: Holder;
  readonly entries: readonly JournalEntry[];
}

const journalSchema = z.object({ holder: holderSchema, entries: z.array(entrySchema) });
const PARAMETER = 'journal';

/** The journal as a global parameter: the one place in a definition that holds long text. */
export function journalParam(journal: Journal): Parameter {
  const value = Buffer.from(JSON.stringify(journal)).toString('base64url');
  return { prop: PARAMETER, direct: 'IN', type: 'VARCHAR', value };
}

/** Undefined where somebody has spoilt it. */
export function readJournal(params: readonly Parameter[]): Journal | undefined {
  const text = params.find(({ prop }) => prop === PARAMETER)?.value ?? '';
  try {
    return journalSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}
