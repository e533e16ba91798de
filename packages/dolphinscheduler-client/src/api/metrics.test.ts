import { parseMetrics } from './metrics';

describe('metrics in text form', () => {
  it('are read with their labels, types and odd values', () => {
    const text = [
      '# HELP ds_task_count_total Tasks',
      '# TYPE ds_task_count_total counter',
      'ds_task_count_total{state="success",host="a,b}\\"c\\"\\\\\\n",} 12.0',
      '# TYPE latency histogram',
      'latency_bucket{le="+Inf"} 2 1700000000000',
      'latency_sum 1.5E-3',
      'unknown_ratio NaN',
      'least -Inf',
      '',
    ].join('\n');
    expect(parseMetrics(text)).toEqual([
      {
        name: 'ds_task_count_total',
        labels: { state: 'success', host: 'a,b}"c"\\\n' },
        value: 12,
        type: 'counter',
      },
      { name: 'latency_bucket', labels: { le: '+Inf' }, value: 2, type: 'histogram' },
      { name: 'latency_sum', labels: {}, value: 0.0015, type: 'histogram' },
      { name: 'unknown_ratio', labels: {}, value: NaN, type: 'untyped' },
      { name: 'least', labels: {}, value: -Infinity, type: 'untyped' },
    ]);
  });

  it.each(['<html>login</html>', 'name', 'name twelve', 'name{label=1} 2', 'name{a="b"c} 2'])(
    'are none where a line is not one: %s',
    line => expect(parseMetrics(`good 1\n${line}\n`)).toBeUndefined(),
  );
});
