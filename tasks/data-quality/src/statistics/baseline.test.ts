import { WindowSummary } from '../summary/window-summary';
import { Baseline } from './baseline';
import { contractOf, type Fault, Stream } from './__testUtils__/streams';

const HOUR_MS = 3_600_000;

function taught(windows: number, rows = 500, seed = 1): { baseline: Baseline; stream: Stream } {
  const stream = new Stream('normal', rows, seed);
  const baseline = Baseline.empty(stream.contract);
  baseline.learn(Array.from({ length: windows }, () => stream.next()));
  return { baseline, stream };
}

function checksOf(baseline: Baseline, stream: Stream, fault: Fault): string[] {
  const { summary, startMs } = stream.next(fault);
  const checks = baseline.judge(summary, startMs).map(each => `${each.check} ${each.field ?? ''}`);
  return [...new Set(checks.map(each => each.trim()))].sort();
}

describe('Baseline', () => {
  it('judges nothing before 38 windows: eight make a reference, thirty show how far windows lie from it', () => {
    const { baseline, stream } = taught(37);
    const faulty = stream.next({ shift: 10 });
    expect(baseline.warm).toBe(false);
    expect(baseline.judge(faulty.summary, faulty.startMs)).toEqual([]);
    const good = stream.next();
    baseline.observe(good.summary, good.startMs);
    expect(baseline.warm).toBe(true);
    expect(baseline.judge(faulty.summary, faulty.startMs)).not.toEqual([]);
  });

  it.each<[string, Fault, string]>([
    ['more nulls', { nulls: 0.1 }, 'null-rate note'],
    ['a moved mean', { shift: 0.5 }, 'mean value'],
    ['a wider spread', { variance: 2 }, 'distribution value'],
    ['a value that was not there', { novel: 0.05 }, 'categories kind'],
    ['other shares', { moved: 0.2 }, 'categories kind'],
    ['half the rows', { volume: 0.5 }, 'volume'],
  ])('finds %s', (_, fault, check) => {
    const { baseline, stream } = taught(60);
    expect(checksOf(baseline, stream, fault)).toContain(check);
  });

  it('finds a value far outside the range, and says so in one sentence', () => {
    const { baseline, stream } = taught(60);
    const { summary, startMs } = stream.next();
    summary.fields[0]!.add(1000);
    const finding = baseline.judge(summary, startMs).find(each => each.check === 'range')!;
    expect(finding.observed).toBe(1000);
    expect(finding.words).toMatch(
      /^value: the greatest value is 1,000; about 1\d\.?\d* was expected\.$/,
    );
    expect(finding.severity).toBe('critical');
  });

  it('finds a window without any rows', () => {
    const { baseline } = taught(60);
    const [finding] = baseline.judge(new WindowSummary(contractOf('normal').fields), 60 * HOUR_MS);
    expect(finding).toMatchObject({ check: 'volume', observed: 0, severity: 'critical' });
    expect(finding!.words).toMatch(/^The window has 0 rows; about [\d.]+ were expected\.$/);
  });

  it('finds more rows that stand out than usual', () => {
    const { baseline, stream } = taught(60);
    const { summary, startMs } = stream.next();
    for (let row = 0; row < 20; row++) summary.addAnomaly(['value']);
    expect(baseline.judge(summary, startMs)).toMatchObject([
      { check: 'anomalies', field: 'value' },
    ]);
  });

  it('goes on finding a fault that lasts, and does so less only when it is the new level', () => {
    const { baseline, stream } = taught(60);
    const found: boolean[] = [];
    for (let at = 0; at < 90; at++) {
      const { summary, startMs } = stream.next({ nulls: 0.1 });
      const findings = baseline.judge(summary, startMs);
      found.push(findings.some(each => each.check === 'null-rate'));
      baseline.observe(summary, startMs);
    }
    expect(found.slice(0, 60)).toEqual(new Array(60).fill(true));
    expect(found.slice(70).filter(Boolean)).toEqual([]);
  });

  it('takes a level for the new one at once when a person accepts it', () => {
    const { baseline, stream } = taught(60);
    const faulty = stream.next({ nulls: 0.1 });
    expect(baseline.judge(faulty.summary, faulty.startMs)).toMatchObject([
      { check: 'null-rate', field: 'note' },
    ]);
    baseline.accept('null-rate', 'note');
    baseline.observe(faulty.summary, faulty.startMs);
    expect(checksOf(baseline, stream, { nulls: 0.1 })).toEqual([]);
  });

  it('accepts the next window only: what comes later is a fault again', () => {
    const { baseline, stream } = taught(60);
    baseline.accept('mean');
    const good = stream.next();
    baseline.observe(good.summary, good.startMs);
    for (let at = 0; at < 2; at++) {
      const { summary, startMs } = stream.next({ shift: 1 });
      expect(baseline.judge(summary, startMs).map(each => each.check)).toContain('mean');
      baseline.observe(summary, startMs);
    }
  });

  it('learns nothing while it is frozen', () => {
    const { baseline, stream } = taught(60);
    baseline.freeze();
    const before = baseline.encode();
    const { summary, startMs } = stream.next({ shift: 1 });
    baseline.observe(summary, startMs);
    expect(baseline.encode()).toEqual(before);
    expect(Baseline.decode(stream.contract, before).frozen).toBe(true);
  });

  it('goes on from its bytes as if it had never stopped', () => {
    const { baseline, stream } = taught(70, 200);
    const decoded = Baseline.decode(stream.contract, baseline.encode());
    expect(decoded.encode()).toEqual(baseline.encode());
    for (const fault of [{}, { shift: 0.4 }, {}, { nulls: 0.2 }]) {
      const { summary, startMs } = stream.next(fault);
      expect(decoded.judge(summary, startMs)).toEqual(baseline.judge(summary, startMs));
      baseline.observe(summary, startMs);
      decoded.observe(summary, startMs);
    }
    expect(decoded.encode()).toEqual(baseline.encode());
  });

  it('learns a field anew that its contract did not have before', () => {
    const { baseline, stream } = taught(60);
    const contract = {
      ...stream.contract,
      fields: [...stream.contract.fields, { name: 'extra', kind: 'number' as const }],
    };
    const decoded = Baseline.decode(contract, baseline.encode());
    const summary = new WindowSummary(contract.fields);
    for (let row = 0; row < 500; row++) {
      summary.add({ value: 10 + Math.sin(row), kind: 'k0', note: `${row}`, extra: row });
    }
    expect(decoded.judge(summary, 0).map(each => each.field)).not.toContain('extra');
    expect(decoded.judge(summary, 0).map(each => each.field)).toContain('kind');
  });

  it('tells no value of a redacted field', () => {
    const { stream } = taught(0);
    const contract = { ...stream.contract, redact: ['value', 'kind'] };
    const baseline = Baseline.empty(contract);
    baseline.learn(Array.from({ length: 60 }, () => stream.next()));
    const { summary, startMs } = stream.next({ novel: 0.1, moved: 0.3, shift: 2 });
    summary.fields[0]!.add(123_456);
    const findings = baseline.judge(summary, startMs);
    expect(findings.length).toBeGreaterThanOrEqual(4);
    const told = JSON.stringify(findings);
    expect(told).not.toMatch(/123[,.]?456|"new|k3|\\"k/);
    expect(findings.find(each => each.check === 'mean')!.observed).toBeLessThan(5);
  });

  it('says so when the bytes are of another format', () => {
    expect(() => Baseline.decode(contractOf('normal'), Buffer.from([9]))).toThrow('format 9');
  });
});
