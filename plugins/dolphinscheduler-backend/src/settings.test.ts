import { mockServices } from '@backstage/backend-test-utils';
import { readSettings } from './settings';

const read = (dolphinscheduler: object) =>
  readSettings(mockServices.rootConfig({ data: { dolphinscheduler: { ...dolphinscheduler } } }));

describe('the settings', () => {
  it('have limits of their own where none are given, and take no alerts', () => {
    expect(read({})).toEqual({
      alertSecrets: new Map(),
      connections: new Map(),
      limits: { changes: 60, alerts: 60, downloads: 6 },
    });
    expect(read({ limits: { changes: 5 } }).limits).toEqual({
      changes: 5,
      alerts: 60,
      downloads: 6,
    });
  });

  it('know each instance’s secret', () => {
    const instances = [{ name: 'a', alertSecret: 'abcdefghijklmnop' }, { name: 'b' }];
    expect(read({ instances }).alertSecrets).toEqual(new Map([['a', 'abcdefghijklmnop']]));
  });

  it.each(['short', 'with spaces and so on', 'percent%20encoded-text'])(
    'refuse the secret "%s", without saying it',
    alertSecret => {
      const failure = (() => {
        try {
          return String(read({ instances: [{ name: 'a', alertSecret }] }).limits);
        } catch (error) {
          return String(error);
        }
      })();
      expect(failure).toMatch(/alertSecret/);
      expect(failure).toMatch(/at least 16 characters/);
      expect(failure).not.toContain(alertSecret);
    },
  );

  it('know the names and kinds of connections, and take nothing else of them', () => {
    const connections = [{ name: 'shop-mysql', kind: 'mysql' }, { name: 'other' }];
    expect(read({ instances: [{ name: 'a', connections }] }).connections).toEqual(
      new Map([['a', connections]]),
    );
    const failure = (settings: object) => () =>
      read({ instances: [{ name: 'a', connections: [{ name: 'shop', ...settings }] }] });
    expect(failure({ host: 'db.example.com' })).toThrow(/connections\[0\]/);
    expect(failure({ name: '../etc' })).toThrow(/no name of a connection/);
  });

  it('refuse a limit that is none', () => {
    expect(() => read({ limits: { changes: 0 } })).toThrow(/limits\.changes/);
  });
});
