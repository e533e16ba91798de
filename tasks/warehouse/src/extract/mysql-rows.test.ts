import { testPlatform } from '@dolphinstage/embedded';
import type { ConnectionSettings } from '@dolphinstage/task-kit';
import { createWorld, type World } from '../testing/world';
import { withMysql } from './mysql';
import { streamRows } from './mysql-rows';

const LIMIT_MS = 30_000;

describe('streamRows', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(testPlatform());
  });
  afterAll(() => world.close());

  it('fails when the connection is lost in the middle: it never waits for ever', async () => {
    const settings = world.connections.transactions as ConnectionSettings<'mysql'>;
    let killed: Promise<unknown> | undefined;
    const lost = withMysql(settings, connection =>
      streamRows(
        connection,
        "select repeat('x', 1000) from information_schema.columns a, information_schema.columns b",
        [],
        {
          pushLengthCoded: () => {
            // Far more rows are under way than any buffer on the way holds.
            killed ??= world.mysql.query('kill connection ?', [connection.threadId]);
            return false;
          },
          room: async () => void (await killed),
        },
      ),
    );
    const hung = new Promise((_, reject) => {
      setTimeout(() => reject(new Error('it hangs')), LIMIT_MS).unref();
    });
    await expect(Promise.race([lost, hung])).rejects.toMatchObject({
      code: expect.stringMatching(
        /^(PROTOCOL_CONNECTION_LOST|ECONNRESET|EPIPE|ER_CONNECTION_KILLED)$/,
      ),
    });
  });
});
