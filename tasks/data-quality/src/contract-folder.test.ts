import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordersContract } from './__testUtils__/streams';
import { ContractFolder } from './contract-folder';

describe('a folder of contracts that changes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-folder-'));
  const write = (name: string, contract: object) =>
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(contract));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has the same checks for a topic whose contracts are the same', () => {
    write('one', { ...ordersContract('one'), 'x-dataset': 'one' });
    write('two', { ...ordersContract('two'), 'x-dataset': 'two' });
    const contracts = new ContractFolder(folder);
    const before = contracts.current.topics;
    expect(contracts.refresh()).toBe(false);
    write('two', { ...ordersContract('two', { window: '2s' }), 'x-dataset': 'two' });
    expect(contracts.refresh()).toBe(true);
    const after = contracts.current.topics;
    expect(after.get('one')).toBe(before.get('one'));
    expect(after.get('two')).not.toBe(before.get('two'));
    // An invalid one is refused: nothing has changed then.
    write('two', { type: 'no type' });
    expect(contracts.refresh()).toBe(true);
    expect(contracts.refused.map(({ file }) => file)).toEqual(['two.json']);
    expect(contracts.current.topics.get('two')).toBe(after.get('two'));
  });

  it('begins with what was in force where the files together are of no use', () => {
    write('one', { ...ordersContract('one'), 'x-dataset': 'one' });
    write('two', { ...ordersContract('two'), 'x-dataset': 'two' });
    const { texts } = new ContractFolder(folder);
    write('two', { ...ordersContract('one'), 'x-dataset': 'one' });
    expect(() => new ContractFolder(folder)).toThrow(/version 1 twice/);
    const contracts = new ContractFolder(folder, { kept: texts });
    expect([...contracts.current.newest.keys()]).toEqual(['one', 'two']);
    expect(contracts.refused).toMatchObject([{ file: folder }]);
    expect(contracts.texts).toEqual(texts);
  });
});
