import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseContract, type Contract } from '../contract';
import { RecordCounter } from './csv-bytes';
import { csvReader } from './csv';
import type { RowWriter } from './row-writer';

const contract = (encoding?: string): Contract =>
  parseContract(
    'planes',
    JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      'x-dataset': 'planes',
      'x-version': 1,
      'x-source': { system: 'csv', object: 'planes.csv', encoding },
      'x-load': 'full',
      'x-key': ['tailnum'],
      'x-analytics': 'dim_plane',
      properties: {
        tailnum: { type: 'string', 'x-type': 'text' },
        model: { type: ['string', 'null'], 'x-type': 'text' },
      },
      required: ['tailnum', 'model'],
      additionalProperties: false,
    }),
  );

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'csv-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function read(
  content: string | Buffer,
  options: { encoding?: string; onRow?: () => Promise<void> } = {},
) {
  await writeFile(join(folder, 'planes.csv'), content);
  const rows: unknown[][] = [];
  const quarantined: { values: unknown[]; reason: string }[] = [];
  const text = (value: unknown) => (Buffer.isBuffer(value) ? value.toString() : value);
  const writer = {
    push: (values: unknown[]) => {
      rows.push(values.map(text));
      return options.onRow === undefined;
    },
    quarantine: (values: unknown[], _: unknown, reason: string) => {
      quarantined.push({ values: values.map(text), reason });
      return true;
    },
    room: async () => options.onRow?.(),
  } as unknown as RowWriter;
  const reader = csvReader({ kind: 'files', path: folder }, contract(options.encoding));
  const { sourceRows } = await reader(writer, { cursor: null, late: [] });
  return { rows, quarantined, sourceRows };
}

describe('a CSV file', () => {
  it.each<[string, string | Buffer, unknown[][]]>([
    [
      'with line feeds',
      'tailnum,model\nN1,A\nN2,B\n',
      [
        ['N1', 'A'],
        ['N2', 'B'],
      ],
    ],
    [
      'with carriage returns and no last line end',
      'tailnum,model\r\nN1,A\r\nN2,B',
      [
        ['N1', 'A'],
        ['N2', 'B'],
      ],
    ],
    ['with its columns in another order', 'MODEL, tailnum \nA,N1\n', [['N1', 'A']]],
    [
      'with quotes, commas and line ends in quotes',
      'tailnum,model\nN1,"a ""b"", c\r\nd"\n',
      [['N1', 'a "b", c\r\nd']],
    ],
    [
      'with an empty field and a quoted empty one',
      'tailnum,model\nN1,\nN2,""\n',
      [
        ['N1', null],
        ['N2', ''],
      ],
    ],
    ['with empty lines', '\ntailnum,model\n\nN1,A\n\r\n', [['N1', 'A']]],
    [
      'with a quote inside a field',
      'tailnum,model\nN1,5" pipe\nN2,B\n',
      [
        ['N1', '5" pipe'],
        ['N2', 'B'],
      ],
    ],
    ['with no rows', 'tailnum,model\n', []],
    ['with a byte order mark', '\ufefftailnum,model\nN1,é😀\n', [['N1', 'é😀']]],
    ['in UTF-16 LE', Buffer.from('\ufefftailnum,model\nN1,é😀\n', 'utf16le'), [['N1', 'é😀']]],
    [
      'in UTF-16 BE',
      Buffer.from('\ufefftailnum,model\nN1,é😀\n', 'utf16le').swap16(),
      [['N1', 'é😀']],
    ],
  ])('%s is read', async (_, content, rows) => {
    const result = await read(content);
    expect(result).toEqual({ rows, quarantined: [], sourceRows: rows.length });
  });

  it('in another encoding is read as its contract says', async () => {
    const content = Buffer.from('tailnum,model\nN1,caf\xe9 \x80\n', 'latin1');
    expect((await read(content, { encoding: 'windows-1252' })).rows).toEqual([['N1', 'café €']]);
  });

  it('has records with too few or too many fields set aside', async () => {
    const result = await read('tailnum,model\nN1\nN2,B\nN3,C,D\n');
    expect(result).toEqual({
      rows: [['N2', 'B']],
      quarantined: [
        { values: ['N1'], reason: 'has 1 fields instead of 2' },
        { values: ['N3', 'C', 'D'], reason: 'has 3 fields instead of 2' },
      ],
      sourceRows: 3,
    });
  });

  it.each([
    ['lacks a column', 'tailnum\nN1\n', 'CONTRACT_MISMATCH', /missing model/],
    [
      'has an unknown column',
      'tailnum,model,wings\nN1,A,2\n',
      'CONTRACT_MISMATCH',
      /unknown wings/,
    ],
    ['has a column twice', 'tailnum,model,model\nN1,A,B\n', 'CONTRACT_MISMATCH', /header/],
    ['is empty', '', 'CONTRACT_MISMATCH', /empty/],
    ['has a quote that is never closed', 'tailnum,model\nN1,"A\nN2,B\n', 'SOURCE_ANSWER', /no CSV/],
  ])('that %s is refused', async (_, content, code, message) => {
    await expect(read(content)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('that is not there is reported', async () => {
    const reader = csvReader({ kind: 'files', path: folder }, contract());
    await expect(reader({} as RowWriter, { cursor: null, late: [] })).rejects.toMatchObject({
      code: 'SOURCE_ANSWER',
    });
  });

  it('that changes while it is read is refused', async () => {
    let done = false;
    const onRow = async () => {
      if (!done) await appendFile(join(folder, 'planes.csv'), 'N9,Z\n');
      done = true;
    };
    await expect(read('tailnum,model\nN1,A\nN2,B\n', { onRow })).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
    });
  });
});

it('counts records across chunks as it does at once', () => {
  const bytes = Buffer.from('a,b\r\n"x\n""y",1\n\n,\n"","\n"\nlast');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const counter = new RecordCounter();
    counter.add(bytes.subarray(0, cut));
    counter.add(bytes.subarray(cut));
    expect(counter.finish()).toBe(5);
  }
});
