import { DnsLists, type ConfiguredList } from '../../src-main/discovery/dns/client.ts';
import { makeTree, signTree, txtRecords } from '../../src-main/discovery/dns/tree.ts';
import { formatTreeUrl } from '../../src-main/discovery/dns/tree-url.ts';
import { checkRelayIp } from '../../src-main/base/ip.ts';
import type { TxtResolver } from '../../src-main/base/dns-resolver.ts';
import { keccak256 } from '../../src-main/base/keccak.ts';
import { utf8ToBytes } from '../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { signEnr, type Enr } from '../../src-main/node-record/enr.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { MemoryDnsCache } from './memory-dns-cache.ts';
import { RecordedEvents } from './recorded-events.ts';
import { SeededRandom } from './seeded-random.ts';
import { silentLogger } from './silent-logger.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A private key derived from a text. */
export function keyOf(name: string): Uint8Array {
  return keccak256(utf8ToBytes(name));
}

/** Records of `count` nodes, the same in every run. */
export function recordsOf(count: number, from = 0): Enr[] {
  return Array.from({ length: count }, (_, at) =>
    signEnr(
      { ip: Uint8Array.of(81, 0, (from + at) >> 8, (from + at) & 255), tcp: 30303, udp: 30303 },
      1n,
      keyOf(`node ${String(from + at)}`),
    ),
  );
}

/** The URL of the list that `signer` signs for `domain`. */
export function listUrl(domain: string, signer = domain): string {
  return formatTreeUrl(publicKeyOf(keyOf(signer)), domain);
}

/** The content of a list that a test publishes. */
export interface Published {
  readonly seq?: bigint;
  readonly records?: readonly Enr[];
  readonly links?: readonly string[];
  readonly signer?: string;
}

/** A DNS of texts by name, and lists that query it, in virtual time. */
export class DnsWorld implements TxtResolver {
  readonly origin = '127.0.0.1:53';
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly events = new RecordedEvents();
  readonly cache: MemoryDnsCache;
  /** TXT records by name; undefined for a name that is never answered. */
  readonly zone = new Map<string, readonly string[] | undefined>();
  readonly queries: { readonly name: string; readonly at: number }[] = [];
  /** Addresses that `checkAddress` was called with. */
  readonly checked: string[] = [];
  lists: DnsLists;

  constructor(lists: readonly (ConfiguredList | string)[], seed = 1, cache = new MemoryDnsCache()) {
    this.random = new SeededRandom(seed);
    this.cache = cache;
    this.lists = new DnsLists({
      lists: lists.map((list) => (typeof list === 'string' ? { url: list, source: 'user' } : list)),
      resolver: this,
      checkAddress: (ip) => {
        this.checked.push(ip);
        return checkRelayIp(undefined, ip);
      },
      cache,
      clock: this.clock,
      random: this.random,
      events: this.events,
      logger: silentLogger,
    });
  }

  /** Replaces all TXT records of a domain by those of a list; returns them */
  publish(
    domain: string,
    { seq = 1n, records = [], links = [], signer = domain }: Published,
  ): Map<string, string> {
    const tree = signTree(makeTree(seq, records, links), keyOf(signer));
    const txt = txtRecords(tree, domain);
    for (const name of this.zone.keys())
      if (name === domain || name.endsWith(`.${domain}`)) this.zone.delete(name);
    for (const [name, text] of txt) this.zone.set(name, [text]);
    return txt;
  }

  resolveTxt(name: string): Promise<readonly string[]> {
    this.queries.push({ name, at: this.clock.monotonic() });
    const texts = this.zone.has(name) ? this.zone.get(name) : [];
    return texts === undefined ? new Promise(() => undefined) : Promise.resolve(texts);
  }

  /** Draws `count` candidates. */
  async draw(count: number, limitMs = 86_400_000): Promise<Node[]> {
    const nodes: Node[] = [];
    for (let drawn = 0; drawn < count; drawn++) {
      nodes.push(await this.clock.runUntil(this.lists.next(new AbortController().signal), limitMs));
    }
    return nodes;
  }
}
