import { sampleWindow } from '../__testUtils__/samples';
import { chartOf, chartWords } from './chart';

describe('the chart of scores', () => {
  it('puts windows where their times are, and leaves gaps', () => {
    const { bars } = chartOf([sampleWindow(0), sampleWindow(3)]);
    expect(bars.map(({ left, width }) => [left, width])).toEqual([
      [0, 0.25],
      [0.75, 0.25],
    ]);
  });

  it.each([
    [0.99, 0.95],
    [0.93, 0.9],
    [0.6, 0.5],
    [0, 0],
  ])('with a worst score of %s begins at %s', (score, lowest) => {
    const chart = chartOf([sampleWindow(0), sampleWindow(1, { score })]);
    expect(chart.lowest).toBe(lowest);
    expect(chart.bars[0]?.height).toBe(1);
    expect(chart.bars[1]?.height).toBeCloseTo(Math.max(0.03, (score - lowest) / (1 - lowest)));
  });

  it('draws no bar for a window without rows', () => {
    const none = sampleWindow(0, { rows: 0, passed: 0, score: null });
    expect(chartOf([none]).bars).toEqual([]);
    expect(chartWords([none])).toBe('No window had a row');
  });
});
