import { open, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import type { ConnectionSettings } from '@dolphinstage/task-kit';
import { CsvError, parse, type Parser } from 'csv-parse';
import type { Contract } from '../contract';
import { WarehouseError } from '../errors';
import { RecordCounter, textOf } from './csv-bytes';
import type { SourceReader } from './extraction';
import type { RowWriter } from './row-writer';

/** A quote that is never closed would otherwise take in the whole file. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const NON_ASCII = /[\x80-\xff]/;

/**
 * Reads an uploaded CSV file: RFC 4180, a header line with the contract's columns in any order, in UTF-8 (with or
 * without a byte order mark), UTF-16 with one, or what the contract names. An empty field is null, a quoted empty one
 * is an empty text. Records with too few or too many fields go to quarantine.
 */
export function csvReader(settings: ConnectionSettings<'files'>, contract: Contract): SourceReader {
  return async writer => {
    const path = join(settings.path, contract.object);
    const file = await open(path).catch(cause => {
      throw new WarehouseError('SOURCE_ANSWER', `can't be opened: ${(cause as Error).message}`, {
        where: contract.object,
        todo: 'Put the file into the folder of the connection.',
        cause,
      });
    });
    try {
      return await readFile(file, path, contract, writer);
    } finally {
      await file.close();
    }
  };
}

async function readFile(file: FileHandle, path: string, contract: Contract, writer: RowWriter) {
  const before = await file.stat({ bigint: true });
  const counter = new RecordCounter();
  const parser = parse({
    // One character a byte: what a byte means is decided field by field.
    encoding: 'latin1',
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
    max_record_size: MAX_RECORD_BYTES,
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  });
  const bytes = file.createReadStream({ autoClose: false, highWaterMark: CHUNK_BYTES });
  const text = textOf(bytes, contract.encoding, chunk => counter.add(chunk));
  // The parser's own end, with its error, is what we wait for.
  pipeline(text, parser, () => {});
  try {
    await writeRecords(parser, contract, writer);
  } catch (error) {
    throw error instanceof CsvError ? unreadable(contract, error) : error;
  }
  const after = await file.stat({ bigint: true });
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  const fields = ['size', 'mtimeNs', 'ino'] as const;
  if (
    fields.some(field => before[field] !== after[field] || before[field] !== there?.[field]) ||
    BigInt(bytes.bytesRead) !== before.size
  ) {
    throw new WarehouseError('SOURCE_CHANGED', 'the file changed while it was read', {
      where: contract.object,
      todo: 'Run again. Upload under another name and rename: so readers see a whole file.',
    });
  }
  // Without the header.
  return { sourceRows: counter.finish() - 1, cursor: null };
}

async function writeRecords(parser: Parser, contract: Contract, writer: RowWriter): Promise<void> {
  let places: number[] | undefined;
  for await (const record of parser as AsyncIterable<(string | null)[]>) {
    if (!places) {
      places = placesOf(contract, record);
      continue;
    }
    const width = contract.columns.length;
    const ok =
      record.length === width
        ? writer.push(places.map(place => decode(record[place] ?? null)))
        : writer.quarantine(
            record.map(decode),
            null,
            `has ${record.length} fields instead of ${width}`,
          );
    if (!ok) await writer.room();
  }
  if (!places) {
    throw new WarehouseError('CONTRACT_MISMATCH', 'the file is empty: not even a header', {
      where: contract.object,
      todo: 'Upload it again.',
    });
  }
}

/** Where the record has each of the contract's columns. */
function placesOf(contract: Contract, header: readonly (string | null)[]): number[] {
  const names = header.map(name => name?.trim().toLowerCase() ?? '');
  const missing = contract.columns.filter(column => !names.includes(column.name));
  const unknown = names.filter(name => !contract.columns.some(column => column.name === name));
  if (missing.length > 0 || unknown.length > 0 || names.length !== contract.columns.length) {
    throw new WarehouseError(
      'CONTRACT_MISMATCH',
      `the header is not the contract's: missing ${missing.map(column => column.name).join(', ') || 'none'}, unknown ${unknown.join(', ') || 'none'}`,
      {
        where: contract.object,
        todo: `Write the header ${contract.columns.map(column => column.name).join(',')}.`,
      },
    );
  }
  return contract.columns.map(column => names.indexOf(column.name));
}

/** The bytes again where they matter; whether they are UTF-8 is checked when they are written. */
function decode(field: string | null): string | Buffer | null {
  return field !== null && NON_ASCII.test(field) ? Buffer.from(field, 'latin1') : field;
}

function unreadable(contract: Contract, cause: CsvError): WarehouseError {
  return new WarehouseError('SOURCE_ANSWER', `is no CSV: ${cause.message}`, {
    where: contract.object,
    todo: 'Correct the file. Quotes in a quoted field are doubled.',
    cause,
  });
}
