import { join } from 'node:path';
import type { ServerDefinition } from '@dolphinstage/embedded';
import axios from 'axios';
import { PACKAGE } from '../package-folder';
import { typeScriptCommand } from './script';

const MAIN = join(PACKAGE, 'src/shop/main.ts');
const CUSTOMERS_A_SECOND = 2;
const KNOWN_AFTER_S = 60;

/** What a shop needs to know. @public */
export interface ShopOptions {
  /** The servers that it waits for. */
  readonly after: readonly string[];
  /** The model that it asks. */
  readonly model: string;
  /** PostgreSQL and the model server, once both are ready. */
  connect(
    endpointOf: (server: string) => {
      readonly host: string;
      readonly port: number;
      readonly url: string;
    },
  ): {
    readonly postgres: {
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly password: string;
    };
    readonly models: { readonly url: string; readonly token: string };
  };
}

/**
 * A shop that asks a model of each customer whether they leave, and learns a minute later whether they did; who leaves, or what
 * customers are like, changes on a day that is known, or by HTTP.
 *
 * @public
 */
export function shop({ after, model, connect }: ShopOptions): ServerDefinition {
  return {
    name: 'shop',
    title: 'a shop that asks a model about its customers: its page says how often it was right',
    dependsOn: after,
    startLimit: 60,

    async install() {
      // It is part of this project.
    },

    async endpoint({ port }) {
      const number = await port('http');
      return { host: '127.0.0.1', port: number, url: `http://127.0.0.1:${number}` };
    },

    async start({ endpoint, endpointOf, folder }) {
      const { postgres, models } = connect(endpointOf);
      return {
        ...typeScriptCommand(MAIN),
        env: {
          PGHOST: postgres.host,
          PGPORT: String(postgres.port),
          PGDATABASE: postgres.database,
          PGUSER: postgres.user,
          PGPASSWORD: postgres.password,
          SHOP_PORT: String(endpoint.port),
          SHOP_MODELS: models.url,
          SHOP_TOKEN: models.token,
          SHOP_MODEL: model,
          SHOP_RATE: String(CUSTOMERS_A_SECOND),
          SHOP_WAIT: String(KNOWN_AFTER_S),
        },
        cwd: folder,
      };
    },

    async probe({ endpoint }) {
      await axios.get(endpoint.url, { proxy: false, timeout: 2_000 });
    },
  };
}
