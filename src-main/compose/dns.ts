import type { AddressRules } from '../app/address-rules.ts';
import { configuredLists } from '../app/dns-lists.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { CloseStack } from '../base/close-stack.ts';
import { systemTxtResolver, type TxtResolver } from '../base/dns-resolver.ts';
import type { Network } from '../chain/networks.ts';
import { DnsLists } from '../discovery/dns/client.ts';
import type { DnsTap } from '../events/dns-tap.ts';
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
  /** Records the queries. */
  readonly tap: DnsTap;
}

/**
 * The lists of the settings, or that of the network, not started yet; undefined when there is none.
 * @throws NameServerError for an invalid name server; no other server replaces it
 */
export async function openDns(
  { settings, network, database, checkListedIp, demoList, tap }: DnsParts,
  { clock, random, events, logger }: Runtime,
  closing: CloseStack,
): Promise<DnsLists | undefined> {
  const given = configuredLists(settings, demoList?.url ?? network.dnsTree, demoList !== undefined);
  if (given.length === 0) return undefined;
  const resolver = demoList?.resolver ?? systemTxtResolver(settings.current().dnsServer);
  const log = logger.child('discovery/dns');
  const cache = await DnsCacheStore.open({ database, clock, logger: log });
  closing.add(() => cache.close());
  const lists = new DnsLists({
    ...{ lists: given, resolver, cache, clock, random, events, logger: log, tap },
    checkAddress: checkListedIp,
  });
  closing.add(() => lists.stop());
  return lists;
}
