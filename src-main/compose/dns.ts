import type { NodeContext } from './node-context.ts';
import { DnsLists, type ConfiguredList } from '../discovery/dns/client.ts';
import { isListText } from '../discovery/dns/entries.ts';
import { systemTxtResolver, type TxtResolver } from '../base/dns-resolver.ts';
import { DnsCacheStore } from '../store/dns-cache.ts';

/** The lists of a running node, with what keeps them. */
export interface ComposedDns {
  readonly lists: DnsLists;
  /** Ends the lists, then saves what they know. */
  stop(): Promise<void>;
}

/** A list that is not in the DNS, with who answers for it in its place. */
export interface GivenTree {
  readonly url: string;
  readonly resolver: TxtResolver;
}

/**
 * The lists that the settings name, or the network's own, not started yet; undefined when there is none to ask.
 * @param demo the demo's list, where the demo runs; then the DNS is not queried, whatever the settings are
 * @throws NameServerError for an invalid name server; no other server replaces it
 */
export async function composeDns(
  context: Pick<
    NodeContext,
    'settings' | 'network' | 'folder' | 'clock' | 'random' | 'events' | 'logger' | 'checkListedIp'
  >,
  demo: GivenTree | undefined,
): Promise<ComposedDns | undefined> {
  const { settings, folder, clock, random, events, logger } = context;
  const lists = listsOf(context, demo);
  if (lists.length === 0) return undefined;
  const resolver = demo?.resolver ?? systemTxtResolver(settings.current().dnsServer, isListText);
  const log = logger.child('discovery/dns');
  const cache = await DnsCacheStore.open({ database: folder.database, clock, logger: log });
  const dns = new DnsLists({
    lists,
    resolver,
    checkAddress: context.checkListedIp,
    cache,
    clock,
    random,
    events,
    logger: log,
  });
  return {
    lists: dns,
    async stop() {
      await dns.stop();
      await cache.close();
    },
  };
}

/**
 * Nobody is asked for a list where the setting is empty, or null on a network that has none. Who may speak to some
 * addresses alone has no use for the network's own.
 */
function listsOf(
  { settings, network }: Pick<NodeContext, 'settings' | 'network'>,
  demo: GivenTree | undefined,
): readonly ConfiguredList[] {
  const { discovery, discoveryDns, netRestrict } = settings.current();
  if (!discovery) return [];
  if (demo !== undefined) return [{ url: demo.url, source: 'network' }];
  if (discoveryDns === null) {
    return network.dnsTree === undefined || netRestrict.length > 0
      ? []
      : [{ url: network.dnsTree, source: 'network' }];
  }
  const source = settings.sourceOf('discoveryDns') === 'file' ? 'user' : 'flag';
  return discoveryDns.filter((url) => url !== '').map((url) => ({ url, source }));
}
