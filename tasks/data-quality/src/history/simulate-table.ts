import type { KafkaMessage } from 'kafkajs';
import type { Pool } from 'pg';
import { nullsAsMissing } from '../checks/nulls';
import type { StreamContract } from '../contract';
import { Simulation, type SimulatedHistory } from './simulation';
import { tableRows, type TableOptions } from './table-rows';

/**
 * Says what the checker would have made of a table's rows, had they come by a topic of one partition when their time column says. It
 * writes nothing. Columns that the contract doesn't know are left out; null is missing, where the contract has no null.
 *
 * @param since - in ms since 1970; all that is there from 1970 on unless told. Windows begin with the first whole one.
 * @throws QualityError `OPTION_INVALID` when there is no such table or column, or the table hasn't what the contract requires.
 * @public
 */
export async function simulateTable(
  pool: Pool,
  contract: StreamContract,
  table: TableOptions,
  since?: number,
): Promise<SimulatedHistory> {
  const whole = contract.windowSeconds * 1000;
  const begin = since === undefined ? undefined : Math.ceil(since / whole) * whole;
  // However its topic has them: these rows come as JSON, and are all of this data set.
  const read: StreamContract = { ...contract, format: undefined, schemas: undefined };
  const simulation = new Simulation(read, [read], [0]);
  const drop = nullsAsMissing(contract);
  const client = await pool.connect();
  let failed: unknown;
  try {
    let offset = 0;
    for await (const { time, json } of tableRows(client, table, contract, begin)) {
      simulation.message(messageOf(offset, time, withoutNulls(json, drop)), 0);
      offset += 1;
    }
  } catch (error) {
    failed = error;
    throw error;
  } finally {
    // One that broke is none to use again.
    client.release(failed !== undefined);
  }
  simulation.ended(0);
  return simulation.end();
}

function withoutNulls(json: string, drop: ReturnType<typeof nullsAsMissing>): string {
  if (!json.includes('null')) return json;
  const row = JSON.parse(json) as Record<string, unknown>;
  drop(row);
  return JSON.stringify(row);
}

function messageOf(offset: number, time: number, json: string): KafkaMessage {
  return {
    key: null,
    value: Buffer.from(json),
    timestamp: String(time),
    offset: String(offset),
    attributes: 0,
    headers: {},
  };
}
