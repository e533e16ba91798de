import { join } from 'node:path';
import type { ServerDefinition } from '@dolphinstage/embedded';
import axios from 'axios';
import { PACKAGE } from '../package-folder';
import { typeScriptCommand } from './script';

const MAIN = join(PACKAGE, '../../test/doubles/slack/main.ts');

/** A local sink that stands in for Slack: a double. Its page shows what was posted. @public */
export const slackSink: ServerDefinition = {
  name: 'slack-sink',
  title: "double of Slack's incoming webhook: open it to see what was posted",
  dependsOn: [],
  startLimit: 30,

  async install() {
    // It is part of this project.
  },

  async endpoint({ port }) {
    const number = await port('http');
    return { host: '127.0.0.1', port: number, url: `http://127.0.0.1:${number}` };
  },

  async start({ endpoint, folder }) {
    return {
      ...typeScriptCommand(MAIN),
      env: { SLACK_SINK_PORT: String(endpoint.port) },
      cwd: folder,
    };
  },

  async probe({ endpoint }) {
    await axios.get(endpoint.url, { proxy: false, timeout: 2_000 });
  },
};
