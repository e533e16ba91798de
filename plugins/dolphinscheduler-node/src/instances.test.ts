import { ConfigReader } from '@backstage/config';
import { readSettings } from './instances';

const read = (instances: object[]) =>
  readSettings(new ConfigReader({ dolphinscheduler: { instances } }));

describe('readSettings', () => {
  it('fills in what is not said', () => {
    expect(read([{ name: 'main', baseUrl: 'http://127.0.0.1:1/dolphinscheduler' }])).toMatchObject({
      cache: { definitions: 30, runs: 5 },
      instances: [{ name: 'main', timeZone: 'UTC', tenant: 'default' }],
    });
  });

  it.each([
    [[{ name: 'a b', baseUrl: 'http://x' }], /name/],
    [[{ name: 'a', baseUrl: 'nowhere' }], /baseUrl/],
    [[{ name: 'a', baseUrl: 'http://x', timeZone: 'Mars/North' }], /no IANA time zone/],
    [
      [
        { name: 'a', baseUrl: 'http://x' },
        { name: 'a', baseUrl: 'http://y' },
      ],
      /two named "a"/,
    ],
    [
      [
        {
          name: 'a',
          baseUrl: 'http://x',
          accounts: [
            { projects: ['sales'], token: 't' },
            { projects: ['shop', 'sales'], token: 'u' },
          ],
        },
      ],
      /project twice/,
    ],
  ])('refuses %j', (instances, message) => {
    expect(() => read(instances)).toThrow(message);
  });

  it('never repeats a token', () => {
    const secret = 'f3b1c9a7';
    expect(() => read([{ name: '', baseUrl: 'http://x', token: secret }])).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(secret) }) as Error,
    );
  });
});
