import type { MetricSample } from '../client';

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/y;
const TYPE = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/;
/** What samples of a histogram, a summary or a counter append to its name. */
const SUFFIX = /_(?:bucket|sum|count|total)$/;

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: NaN,
  '+Inf': Infinity,
  '-Inf': -Infinity,
};

const ESCAPED: Readonly<Record<string, string>> = { n: '\n' };

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let end = 0;
  for (let label = LABEL.exec(text); label; label = LABEL.exec(text)) {
    const [, name = '', value = ''] = label;
    labels[name] = value.replace(/\\(.)/g, (_, sign: string) => ESCAPED[sign] ?? sign);
    end = LABEL.lastIndex;
  }
  return end === text.length ? labels : undefined;
}

/** Samples in Prometheus' text format; undefined where a line is none. */
export function parseMetrics(text: string): MetricSample[] | undefined {
  const types = new Map<string, MetricSample['type']>();
  const samples: MetricSample[] = [];
  for (const line of text.split(/\r?\n/)) {
    const type = TYPE.exec(line);
    if (type) types.set(type[1]!, type[2] as MetricSample['type']);
    if (line === '' || line.startsWith('#')) continue;
    const [, name, labelText = '', number = ''] = SAMPLE.exec(line) ?? [];
    const labels = labelsOf(labelText);
    const value = SPECIAL[number] ?? Number(number);
    const isNumber = number in SPECIAL || !Number.isNaN(value);
    if (name === undefined || !labels || !isNumber) return undefined;
    const typed = types.get(name) ?? types.get(name.replace(SUFFIX, '')) ?? 'untyped';
    samples.push({ name, labels, value, type: typed });
  }
  return samples;
}
