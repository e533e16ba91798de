import { sampleTask } from '../__testUtils__/samples';
import { ganttOf } from './gantt';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 27) + seconds * 1000).toISOString();

describe('the Gantt chart', () => {
  it('places tasks between the run’s begin and its end', () => {
    const { bars, seconds } = ganttOf(
      {
        startedAt: at(0),
        endedAt: at(100),
        tasks: [
          sampleTask({ id: 2, startedAt: at(50), endedAt: at(75) }),
          sampleTask({ id: 3, state: 'waiting', startedAt: undefined, endedAt: undefined }),
          sampleTask({ id: 1, startedAt: at(10), endedAt: at(50) }),
        ],
      },
      Date.parse(at(1000)),
    );
    expect(seconds).toBe(100);
    expect(bars.map(({ task, bar, after }) => [task.id, bar, after])).toEqual([
      [1, { left: 10, width: 40 }, 10],
      [2, { left: 50, width: 25 }, 50],
      [3, undefined, undefined],
    ]);
  });

  it('lets what goes on last until now', () => {
    const { bars, seconds } = ganttOf(
      { startedAt: at(0), tasks: [sampleTask({ startedAt: at(20), endedAt: undefined })] },
      Date.parse(at(40)),
    );
    expect(seconds).toBe(40);
    expect(bars[0]!.bar).toEqual({ left: 50, width: 50 });
  });

  it('is empty before anything has started', () => {
    expect(ganttOf({ tasks: [] }, 0)).toEqual({ bars: [], seconds: 0 });
  });
});
