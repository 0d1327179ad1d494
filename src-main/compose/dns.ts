import type { AddressRules } from '../app/address-rules.ts';
import { configuredLists } from '../app/dns-lists.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { CloseStack } from '../base/close-stack.ts';
import { systemTxtResolver, type TxtResolver } from '../base/dns-resolver.ts';
import type { Network } from '../chain/networks.ts';
import { DnsLists } from '../discovery/dns/client.ts';
import { isListText } from '../discovery/dns/entries.ts';
import type { Database } from '../store/database.ts';
import { DnsCacheStore } from '../store/dns-cache.ts';
import type { Runtime } from './runtime.ts';

/** A node list outside the DNS, with the resolver that has its records. */
export interface LocalTree {
  readonly url: string;
  readonly resolver: TxtResolver;
}

/** What the DNS node lists are made from. */
export interface DnsParts {
  readonly settings: Pick<EffectiveSettings, 'current' | 'sourceOf'>;
  readonly network: Pick<Network, 'dnsTree'>;
  readonly database: Database;
  readonly checkListedIp: AddressRules['checkListedIp'];
  /** The demo's list. With it the DNS is not queried, whatever the settings are. */
  readonly demoList: LocalTree | undefined;
  /** Records the queries of a resolver. @param server its name server */
  readonly recordDns: (resolver: TxtResolver, server: string) => TxtResolver;
}

/**
 * The lists of the settings, or that of the network, not started yet; undefined when there is none.
 * @throws NameServerError for an invalid name server; no other server replaces it
 */
export async function openDns(
  { settings, network, database, checkListedIp, demoList, recordDns }: DnsParts,
  { clock, random, events, logger }: Runtime,
  closing: CloseStack,
): Promise<DnsLists | undefined> {
  const given = configuredLists(settings, demoList?.url ?? network.dnsTree, demoList !== undefined);
  if (given.length === 0) return undefined;
  const { dnsServer } = settings.current();
  const resolver = recordDns(
    demoList?.resolver ?? systemTxtResolver(dnsServer, isListText),
    demoList === undefined ? (dnsServer ?? 'system') : 'demo',
  );
  const log = logger.child('discovery/dns');
  const cache = await DnsCacheStore.open({ database, clock, logger: log });
  closing.add(() => cache.close());
  const lists = new DnsLists({
    ...{ lists: given, resolver, cache, clock, random, events, logger: log },
    checkAddress: checkListedIp,
  });
  closing.add(() => lists.stop());
  return lists;
}
