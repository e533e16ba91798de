import { contractOf, type Fault, Stream } from '../statistics/__testUtils__/streams';
import type { StreamContract } from '../contract';
import { DatasetJudge } from './dataset-judge';

/** Windows that are learned from before the first is judged, and some more. */
const TAUGHT = 60;

/** A data set's judge, and windows of its stream told to it one after the other. */
class Judged {
  readonly judge: DatasetJudge;
  private readonly stream = new Stream('normal', 500, 1);
  private until = 0;

  constructor(changes: Partial<StreamContract> = {}) {
    this.judge = new DatasetJudge({ ...contractOf('normal'), ...changes }, undefined);
    this.windows(TAUGHT);
  }

  /** @param fault - of their rows; `none`: windows without rows. */
  windows(count: number, fault: Fault | 'none' = {}): void {
    for (let window = 0; window < count; window += 1) {
      const { summary, startMs } = this.stream.next(fault === 'none' ? {} : fault);
      this.until = startMs + 3_600_000;
      const { rows } = summary;
      const counted = { start: startMs, rows, passed: rows, faults: [] };
      const encoded = { ...counted, summary: summary.encode().toString('base64') };
      this.judge.add(
        { topic: 'incoming-data', partition: 0, partitions: 1, completeUntil: this.until },
        { version: 1, windows: fault === 'none' ? [] : [encoded], findings: [], ahead: 0 },
        this.until,
      );
      this.judge.look(this.until);
    }
  }

  /** What was told since it was asked last, of one check where one is named. */
  told(only?: string): string[] {
    return this.judge
      .take()
      .events.filter(({ data }) => only === undefined || data.check === only)
      .map(({ data }) =>
        [data.check, data.field, data.state, data.outcome].filter(part => part).join(' '),
      );
  }
}

describe('what the statistics find of a window', () => {
  it('opens an alert, once, and it is over after three windows that are good again', () => {
    const judged = new Judged();
    judged.windows(3, { nulls: 0.1 });
    const { events } = judged.judge.take();
    expect(events.map(({ data }) => data)).toMatchObject([
      {
        check: 'null-rate',
        field: 'note',
        state: 'open',
        severity: 'critical',
        words: expect.stringMatching(
          /^note is null in [\d.]+ % of \d+ rows; [\d.]+ % was expected\.$/,
        ),
      },
    ]);
    judged.windows(2);
    expect(judged.told('null-rate')).toEqual([]);
    judged.windows(1);
    expect(judged.told('null-rate')).toEqual(['null-rate note resolved']);
  });

  it('is told to be the new level, not over, when a fault has lasted for as many windows as the contract says', () => {
    const judged = new Judged({ relearnAfter: 20 });
    judged.windows(19, { nulls: 0.1 });
    expect(judged.told('null-rate')).toEqual(['null-rate note open']);
    judged.windows(1, { nulls: 0.1 });
    expect(judged.told('null-rate')).toEqual(['null-rate note resolved new-level']);
    judged.windows(10, { nulls: 0.1 });
    expect(judged.told('null-rate')).toEqual([]);
  });

  it("takes a field's level and distribution for new ones together: they have one reference", () => {
    const judged = new Judged({ relearnAfter: 20 });
    judged.windows(4, { variance: 3 });
    judged.windows(20, { variance: 3, shift: 3 });
    judged.windows(10, { variance: 3, shift: 3 });
    const told = judged.told().filter(each => /^(mean|distribution) /.test(each));
    expect(told.sort()).toEqual([
      'distribution value open',
      'distribution value resolved new-level',
      'mean value open',
      'mean value resolved new-level',
    ]);
  });

  it('finds nothing more of a field that has a new level: its range is seen against the new reference, too', () => {
    const judged = new Judged({ relearnAfter: 40 });
    judged.windows(40, { shift: 40 });
    expect(judged.told('mean')).toEqual(['mean value open', 'mean value resolved new-level']);
    judged.windows(20, { shift: 40 });
    expect(judged.told()).toEqual([]);
  });

  it('goes on for as long as it lasts where the contract learns no level anew', () => {
    const judged = new Judged({ relearnAfter: undefined });
    judged.windows(100, { nulls: 0.1 });
    expect(judged.told('null-rate')).toEqual(['null-rate note open']);
  });

  it('is told to be the new level at once when a person accepts it', () => {
    const judged = new Judged();
    judged.windows(2, { nulls: 0.1 });
    judged.judge.obey({
      ...{ command: 'accept', check: 'null-rate', field: 'note' },
      ...{ dataset: 'stream', by: 'a test', at: 0 },
    });
    judged.windows(1, { nulls: 0.1 });
    expect(judged.told('null-rate')).toEqual([
      'null-rate note open',
      'null-rate note resolved new-level',
    ]);
  });

  it('does not take data that has stopped for a level, however long it stays away', () => {
    const judged = new Judged({ relearnAfter: 20 });
    judged.windows(80, 'none');
    expect(judged.told()).toEqual(['volume open']);
    judged.windows(3);
    expect(judged.told()).toEqual(['volume resolved']);
  });
});
