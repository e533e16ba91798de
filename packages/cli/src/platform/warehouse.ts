import type { Home } from '@dolphinstage/embedded';
import type { CliContext } from '../context';
export interface Outcome { good: boolean; summary: Record<string, unknown> }
export async function runWarehouse(_cli: CliContext, _home: Home): Promise<Outcome> { return { good: true, summary: {} }; }
export function printOutcome(_cli: CliContext, _o: Outcome): void {}
