import type { Connection, QueryError } from 'mysql2';

/** Takes rows as MySQL's text protocol sends them. A false answer asks for a pause until `room` resolves. */
export interface RowTarget {
  pushLengthCoded(bytes: Buffer, start: number, stop: number): boolean;
  room(): Promise<void>;
}

/** What mysql2 hands a command: a packet, which it uses again for the next one; its bytes stay. */
interface Packet {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
  isEOF(): boolean;
}

/** mysql2's state of a query whose rows arrive: takes a packet and gives the next state. */
type RowState = (this: unknown, packet: Packet, connection: unknown) => unknown;

/**
 * Streams a query's rows into a target, never further ahead than one network packet.
 *
 * The rows are taken before mysql2 makes values of them: to make values, only to write them as text again, would cost
 * more than all the rest. mysql2 has no option for that, so the query's state for rows is replaced by ours. Should a
 * newer mysql2 pass it by, this fails at the first row.
 */
export function streamRows(
  connection: Connection,
  sql: string,
  values: readonly unknown[],
  target: RowTarget,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let failed = false;
    const fail = (error: unknown) => {
      failed = true;
      connection.destroy();
      reject(error as Error);
    };
    const take = (packet: Packet) => {
      try {
        if (target.pushLengthCoded(packet.buffer, packet.offset, packet.end)) return;
      } catch (error) {
        fail(error);
        return;
      }
      connection.pause();
      target.room().then(() => connection.resume(), fail);
    };
    const query = connection.query({ sql, values: [...values] });
    const state = query as unknown as { row: RowState };
    const ended = state.row;
    state.row = function row(packet, of) {
      if (packet.isEOF()) return ended.call(this, packet, of);
      if (!failed) take(packet);
      return row;
    };
    // A server that goes away is told to the connection only: the query has no callback.
    connection.once('error', fail);
    query
      .on('error', (error: QueryError) => fail(error))
      .on('result', () =>
        fail(new Error('mysql2 has parsed a row: it no longer hands over packets')),
      )
      .on('end', () => {
        connection.off('error', fail);
        resolve();
      });
  });
}
