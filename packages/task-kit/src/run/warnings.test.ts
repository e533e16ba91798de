import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// In a process of its own: jest gives tests a copy of `process`, which hears no warnings.
const SCRIPT = `
const { logWarnings } = require(${JSON.stringify(join(__dirname, 'warnings.ts'))});
const turn = () => new Promise(setImmediate);
(async () => {
  const log = { info() {}, error() {}, warn: (text, fields) => console.log(text, JSON.stringify(fields)) };
  const undo = logWarnings(log);
  process.emitWarning('a pool leaks', 'LeakWarning');
  setTimeout(() => {}, -5);
  await turn();
  undo();
  process.emitWarning('once more', 'LeakWarning');
  await turn();
})();`;

describe('logWarnings', () => {
  it("makes Node's warnings log lines, leaves out kafkajs's harmless one, and can be undone", () => {
    const loader = pathToFileURL(require.resolve('tsx')).href;
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', loader, '-e', SCRIPT], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(stdout).toBe('a pool leaks {"warning":"LeakWarning"}\n');
    expect(stderr).toMatch(/LeakWarning: once more/);
    expect(stderr).not.toMatch(/pool|Timeout/);
  });
});
