import { bytesOf, type Sized } from './message-size';

/** Goes into one request, in bytes: a broker takes a batch of 1 MB unless told. */
const MOST_BYTES = 700 * 1024;
/** What a record needs beside its key, value and headers. */
const RECORD_BYTES = 100;

/**
 * What goes to a partition in one request is one batch to the broker, and may not be larger than its topic's messages: records in order, in
 * pieces that may go at once. One that is larger than that goes alone.
 *
 * @param mostOf - the largest batch that a record may be part of, in bytes; 700 KB unless told.
 */
export function pieces<T>(
  records: readonly T[],
  sizedOf: (record: T) => Sized,
  mostOf: (record: T) => number | undefined = () => undefined,
): T[][] {
  const all: T[][] = [];
  let bytes = 0;
  let most = 0;
  for (const record of records) {
    const own = RECORD_BYTES + bytesOf(sizedOf(record));
    most = Math.min(most, mostOf(record) ?? MOST_BYTES);
    bytes += own;
    if (bytes > most) {
      all.push([]);
      bytes = own;
      most = Math.min(MOST_BYTES, mostOf(record) ?? MOST_BYTES);
    }
    all.at(-1)!.push(record);
  }
  return all;
}
