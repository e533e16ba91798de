import type { RunState } from '@dolphinstage/workflows';
import { judge, type DatasetRows } from './outcome';

const run = (state: string) => ({ instance: { state }, tasks: [] }) as unknown as RunState;

const row = (system: DatasetRows['system'], over: Partial<DatasetRows> = {}): DatasetRows => ({
  system,
  dataset: `${system}-data`,
  source: 100,
  raw: 100,
  cleaned: 100,
  quarantined: 0,
  analytics: 100,
  lost: 0,
  completeness: 1,
  ...over,
});
const everySource = () => [row('oracle'), row('mysql'), row('csv'), row('api')];

describe('judge', () => {
  it('adds up sources by system and layers over all', () => {
    const outcome = judge(
      'w',
      run('SUCCESS'),
      [...everySource(), row('csv', { source: 7, raw: 7 })],
      0.99,
    );
    expect(outcome.good).toBe(true);
    expect(outcome.summary).toEqual({
      workflow: 'w',
      state: 'SUCCESS',
      rows: { oracle: 100, mysql: 100, csv: 107, api: 100, raw: 407, cleaned: 500, analytics: 500 },
      lost: 0,
      completeness: 1,
    });
  });

  it.each<[string, string, DatasetRows[]]>([
    ['the workflow failed', 'FAILURE', everySource()],
    ['a row is lost', 'SUCCESS', [...everySource(), row('csv', { lost: 1 })]],
    [
      'one data set is not complete enough',
      'SUCCESS',
      [...everySource(), row('api', { completeness: 0.98 })],
    ],
    ['a source gave no rows', 'SUCCESS', everySource().slice(1)],
    ['nothing was reconciled', 'SUCCESS', []],
  ])('is not content when %s', (_why, state, datasets) => {
    expect(judge('w', run(state), datasets, 0.99).good).toBe(false);
  });
});
