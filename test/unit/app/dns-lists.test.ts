import { expect, it } from 'vitest';
import { configuredLists } from '../../../src-main/app/dns-lists.ts';
import type { EffectiveSettings } from '../../../src-main/app/effective-settings.ts';

const NETWORK = 'enrtree://network';

function listsWith(change: object, isDemo = false, source: 'file' | 'flag' = 'file') {
  const settings = {
    current: () => ({ discovery: true, discoveryDns: null, netRestrict: [], ...change }),
    sourceOf: () => source,
  };
  return configuredLists(settings as unknown as EffectiveSettings, NETWORK, isDemo);
}
const NETWORK_LIST = [{ url: NETWORK, source: 'network' }];

it('is the list of the network, but none where only some networks are allowed', () => {
  expect(listsWith({})).toEqual(NETWORK_LIST);
  expect(listsWith({ netRestrict: ['10.0.0.0/8'] })).toEqual([]);
});

it('is what the setting names, none if it is empty, whatever networks are allowed', () => {
  const discoveryDns = ['enrtree://own'];
  const netRestrict = ['10.0.0.0/8'];
  expect(listsWith({ discoveryDns, netRestrict })).toEqual([{ url: 'enrtree://own', source: 'user' }]);
  expect(listsWith({ discoveryDns }, false, 'flag')).toEqual([{ url: 'enrtree://own', source: 'flag' }]);
  expect(listsWith({ discoveryDns: [] })).toEqual([]);
  expect(listsWith({ discoveryDns: [''] })).toEqual([]);
});

it('is only the own list in the demo, and none without discovery', () => {
  expect(listsWith({ discoveryDns: ['enrtree://own'], netRestrict: ['10.0.0.0/8'] }, true)).toEqual(
    NETWORK_LIST,
  );
  expect(listsWith({ discovery: false })).toEqual([]);
  expect(listsWith({ discovery: false }, true)).toEqual([]);
});
