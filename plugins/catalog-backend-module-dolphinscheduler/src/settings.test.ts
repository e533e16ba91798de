import { mockServices } from '@backstage/backend-test-utils';
import { readSettings } from './settings';

const read = (catalog?: object) =>
  readSettings(mockServices.rootConfig({ data: { dolphinscheduler: catalog ? { catalog } : {} } }));

describe('settings', () => {
  it('look each minute, and know no owner, where nothing is said', () => {
    const settings = read();
    expect(settings.schedule).toMatchObject({ frequency: { seconds: 60 }, scope: 'local' });
    expect(settings.forInstance('production')).toEqual({
      defaultOwner: 'group:default/unknown',
      systems: new Map(),
    });
  });

  it('are those of the instance first', () => {
    const settings = read({
      schedule: { frequency: { minutes: 5 }, timeout: { minutes: 1 } },
      defaultOwner: 'data',
      systems: { sales: 'shop', hr: 'people' },
      instances: { staging: { defaultOwner: 'user:qa', systems: { hr: 'system:test/people' } } },
    });
    expect(settings.schedule).toMatchObject({ frequency: { minutes: 5 }, scope: 'local' });
    expect(settings.forInstance('production').defaultOwner).toBe('group:default/data');
    expect(settings.forInstance('staging')).toEqual({
      defaultOwner: 'user:default/qa',
      systems: new Map([
        ['sales', 'system:default/shop'],
        ['hr', 'system:test/people'],
      ]),
    });
  });

  it.each([
    [{ defaultOwner: 'a b' }, /is no entity ref, such as group:default\/sales\n.*defaultOwner/],
    [{ instances: { staging: { systems: { hr: ':' } } } }, /instances\.staging\.systems\.hr/],
  ])('say what is wrong in %j', (catalog, message) => {
    expect(() => read(catalog)).toThrow(message);
  });
});
