import { Board } from './board';
import type { ReadAlert, ReadScore } from './messages';

function score(minute: number, dataset = 'orders', rows = 1): ReadScore {
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();
  return {
    dataset,
    window: {
      ...{ start: at(minute), end: at(minute + 1), version: 1, rows, passed: rows, score: 1 },
      ...{ parts: {}, late: 0, findings: [] },
    },
  };
}

function alert(id: string, state: 'open' | 'resolved', dataset = 'orders'): ReadAlert {
  const time = new Date(Date.UTC(2026, 0, 1)).toISOString();
  return {
    dataset,
    alert: {
      ...{ id, state, check: 'schema', severity: 'warning', since: time, opened: time },
      ...{ badRows: 1, words: 'bad', examples: [] },
    },
  };
}

describe('the board', () => {
  it('keeps the newest 2,000 windows of a data set, each once, whatever is read twice', () => {
    const board = new Board();
    for (const again of [1, 2]) {
      for (let minute = 0; minute < 2_100; minute++) board.addScore(score(minute, 'orders', again));
    }
    const windows = board.windowsOf('orders');
    expect(windows).toHaveLength(2_000);
    expect(windows[0]).toMatchObject(score(100, 'orders', 2).window);
    expect(windows.at(-1)).toMatchObject(score(2_099, 'orders', 2).window);
  });

  it('forgets data sets that nothing has come of for the longest time', () => {
    const board = new Board();
    for (let n = 0; n < 1_000; n++) board.addScore(score(0, `set-${n}`));
    board.addScore(score(1, 'set-0'));
    board.addScore(score(0, 'set-1000'));
    expect(board.datasets).toHaveLength(1_000);
    expect(board.windowsOf('set-0')).toHaveLength(2);
    expect(board.windowsOf('set-1')).toEqual([]);
  });

  it('opens no alert again that is over, when it is read again', () => {
    const board = new Board();
    for (const state of ['open', 'resolved', 'open'] as const) board.addAlert(alert('a', state));
    expect(board.openOf('orders')).toEqual([]);
    expect(board.resolvedOf('orders').map(({ id }) => id)).toEqual(['a']);
    expect(board.datasets).toEqual(['orders']);
  });

  it('keeps the last 500 alerts that are over', () => {
    const board = new Board();
    for (let n = 0; n < 600; n++) board.addAlert(alert(`a${n}`, 'resolved'));
    const ids = board.resolvedOf('orders').map(({ id }) => id);
    expect(ids).toHaveLength(500);
    expect(ids).not.toContain('a99');
    expect(ids).toContain('a100');
  });

  it('keeps alerts of data sets apart', () => {
    const board = new Board();
    board.addAlert(alert('a', 'open'));
    board.addAlert(alert('b', 'open', 'others'));
    expect(board.openOf('orders').map(({ id }) => id)).toEqual(['a']);
  });
});
