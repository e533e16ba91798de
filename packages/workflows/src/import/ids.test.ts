import { LONGEST_ID } from '../synth/names';
import { identifierFor, idsFor, slug } from './ids';

describe('ids and constants made of names', () => {
  it.each([
    ['Orders Daily', 'orders-daily'],
    ['ordersDaily_v2', 'orders-daily-v2'],
    ['Täglicher Import (neu)', 'taglicher-import-neu'],
    ['Straße/Øre', 'strasse-ore'],
    ['ﬁn Ⅷ', 'fin-viii'],
    ['--a--', 'a'],
    ['流程 🐬', ''],
    ['流程 etl 2', 'etl-2'],
    [`${'a'.repeat(49)}-b`, 'a'.repeat(49)],
  ])('makes of %j the id %j', (text, id) => {
    expect(slug(text)).toBe(id);
    expect(slug(text).length).toBeLessThanOrEqual(LONGEST_ID);
  });

  it('gives each its own, those that are known first', () => {
    const ids = idsFor(
      [
        { name: 'Load' },
        { name: 'load' },
        { name: 'LOAD!' },
        { name: '人' },
        { name: '🐬' },
        { name: 'x', known: 'load-2' },
        { name: 'dolphinstage-lock' },
        { name: 'a'.repeat(60) },
        { name: 'a'.repeat(70) },
      ],
      'task',
    );
    expect(ids).toEqual([
      'load-3',
      'load',
      'load-4',
      'task-1',
      'task-2',
      'load-2',
      'task-3',
      'a'.repeat(50),
      `${'a'.repeat(48)}-2`,
    ]);
  });

  it.each([
    ['load-raw', 'loadRaw'],
    ['class', 'classTask'],
    ['task', 'taskTask'],
    ['2nd', 'task2nd'],
    ['sql', 'sqlTask'],
    ['a-b-1', 'aB1'],
  ])('calls %j in code %j', (id, constant) => {
    expect(identifierFor(id, new Set(['sql', 'shell']), 'Task')).toBe(constant);
  });

  it('gives no constant twice', () => {
    expect(identifierFor('a-b', new Set(['aB', 'aBTask']), 'Task')).toBe('aBTask2');
  });
});
