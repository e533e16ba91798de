import {
  AuthorizeResult,
  createPermission,
  type Permission,
} from '@backstage/plugin-permission-common';
import { createConditionAuthorizer, type PolicyQueryUser } from '@backstage/plugin-permission-node';
import { dataQualityRules, type DatasetFacts } from '@dolphinstage/plugin-data-quality-backend';
import { permissions, type Verb } from '@dolphinstage/plugin-data-quality-common';
import { PLATFORM_ENGINEERS, Policy } from './policy';

const decide = createConditionAuthorizer<DatasetFacts>({
  getRuleByName: () => dataQualityRules.isOwnedBy,
});
const ORDERS: DatasetFacts = { dataset: 'orders', owner: 'group:default/sales' };
const NOBODYS: DatasetFacts = { dataset: 'unowned' };

const PEOPLE: Readonly<Record<string, readonly string[] | undefined>> = {
  nobody: undefined,
  // Signed in before the catalog knows them.
  guest: [],
  reader: ['user:default/ann'],
  owner: ['user:default/ben', 'group:default/sales'],
  other: ['user:default/cy', 'group:default/finance'],
  admin: ['user:default/dee', PLATFORM_ENGINEERS],
};

function userOf(person: string): PolicyQueryUser | undefined {
  const ownershipEntityRefs = PEOPLE[person];
  return ownershipEntityRefs && ({ info: { ownershipEntityRefs } } as unknown as PolicyQueryUser);
}

async function may(person: string, permission: Permission, facts: DatasetFacts): Promise<boolean> {
  return decide(await new Policy().handle({ permission }, userOf(person)), facts);
}

describe('the sample policy on data sets', () => {
  it.each<[string, readonly Verb[], readonly Verb[]]>([
    ['nobody', [], []],
    ['guest', [], []],
    ['reader', ['read'], ['read']],
    ['owner', ['read', 'readQuarantine', 'replay'], ['read']],
    ['other', ['read'], ['read']],
    ['admin', ['read', 'readQuarantine', 'replay'], ['read', 'readQuarantine', 'replay']],
  ])('lets %s do %j to what sales owns, %j to what nobody owns', async (person, owned, unowned) => {
    const verbs = Object.keys(permissions) as Verb[];
    for (const [facts, expected] of [
      [ORDERS, owned],
      [NOBODYS, unowned],
    ] as const) {
      const answers = await Promise.all(verbs.map(verb => may(person, permissions[verb], facts)));
      expect(verbs.filter((_verb, at) => answers[at])).toEqual(expected);
    }
  });

  it('says nothing of other permissions than before', async () => {
    const write = createPermission({ name: 'other.write', attributes: { action: 'update' } });
    const decision = await new Policy().handle({ permission: write }, userOf('owner'));
    expect(decision).toEqual({ result: AuthorizeResult.DENY });
  });
});
