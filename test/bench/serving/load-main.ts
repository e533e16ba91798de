import { Agent, request } from 'node:http';
import { readFileSync } from 'node:fs';
import { computeFeatures, encodeRows, type ModelFile } from '@dolphinstage/model-kit';
import { quantile } from '../timings';
import { customers, features } from './customers';

const LIMIT_MS = 10_000;

/** What one request came to: the version that answered, or undefined where it failed. */
interface Outcome {
  readonly seconds: number;
  readonly version?: number;
}

function ask(
  agent: Agent,
  url: string,
  token: string,
  body: string,
  due: number,
): Promise<Outcome> {
  return new Promise(resolve => {
    // From when it was due: a request that waits for others has waited.
    const end = (version?: number) =>
      resolve({ seconds: (performance.now() - due) / 1000, ...(version ? { version } : {}) });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', agent, headers, timeout: LIMIT_MS }, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', () => end());
      response.on('end', () => {
        if (response.statusCode !== 200) return end();
        // MLflow's server doesn't say which it is; it has one.
        return end((JSON.parse(text) as { version?: number }).version ?? 1);
      });
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => end());
    sent.end(body);
  });
}

const ROWS = 1_000;

/** As our server takes them. */
const named = () =>
  customers(ROWS, 9).map((row, at) => JSON.stringify({ rows: [row], keys: [`customer ${at}`] }));

/** As MLflow's server takes them: what our server makes of a row before the model sees it. */
function encoded(modelFile: string): string[] {
  const { categories, missing } = JSON.parse(readFileSync(modelFile, 'utf8')) as ModelFile;
  return customers(ROWS, 9).map(row => {
    const values = encodeRows(computeFeatures(features, [row]), categories, missing);
    return JSON.stringify({ inputs: [Array.from(values)] });
  });
}

/**
 * A steady stream of requests with one row each. Arguments: URL, token, requests a second, seconds, and for MLflow's server
 * the file that says how rows are encoded. Prints JSON.
 */
async function main([
  url = '',
  token = '',
  rate = '',
  seconds = '',
  modelFile,
]: string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const bodies = modelFile === undefined ? named() : encoded(modelFile);
  const began = performance.now();
  const every = 1_000 / Number(rate);
  const count = Number(rate) * Number(seconds);
  const asked: Promise<Outcome>[] = [];
  await new Promise<void>(resolve => {
    const timer = setInterval(() => {
      while (asked.length < count && began + asked.length * every <= performance.now()) {
        const body = bodies[asked.length % bodies.length]!;
        asked.push(ask(agent, url, token, body, began + asked.length * every));
      }
      if (asked.length < count) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  const outcomes = await Promise.all(asked);
  agent.destroy();
  const times = outcomes.map(each => each.seconds);
  const by = (version: number) => outcomes.filter(each => each.version === version).length;
  process.stdout.write(
    JSON.stringify({
      requests: count,
      failed: outcomes.filter(({ version }) => version === undefined).length,
      version_1: by(1),
      version_2: by(2),
      p50_s: quantile(times, 0.5),
      p99_s: quantile(times, 0.99),
      max_s: Math.max(...times),
    }),
  );
}

void main(process.argv.slice(2));
