import type { State } from '@dolphinstage/plugin-dolphinscheduler-common';
import { runActions } from './states';

const usable = (state: State) =>
  runActions({ state }, ['control'])
    .filter(({ reason }) => reason === undefined)
    .map(({ verb }) => verb);

describe('what can be done to a run', () => {
  it.each([
    ['waiting', ['pause', 'stop']],
    ['running', ['pause', 'stop']],
    ['pausing', ['stop']],
    ['paused', ['resume', 'repeat']],
    ['stopping', []],
    ['stopped', ['resume', 'repeat']],
    ['failed', ['recover', 'repeat']],
    ['succeeded', ['repeat']],
    ['unknown', []],
  ] as const)('%s: %j', (state, verbs) => {
    expect(usable(state)).toEqual(verbs);
  });

  it('is nothing without the permission, and says so', () => {
    for (const { reason } of runActions({ state: 'running' }, ['read', 'run'])) {
      expect(reason).toContain('You may not');
    }
    for (const { reason } of runActions({ state: 'running' }, undefined)) {
      expect(reason).toContain('is being read');
    }
  });
});
