/** Where a static node is now: its DNS name is looked up for each dial, its record when it cannot be reached. */
import { usableAddresses } from '../base/host-lookup.ts';
import type { Clock } from '../base/runtime.ts';
import { withEndpoint } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';

/** First pause between two searches for a node, milliseconds (geth p2p/dial.go initialResolveDelay). */
export const INITIAL_RESOLVE_DELAY_MS = 60_000;

/** Longest such pause, milliseconds (geth p2p/dial.go maxResolveDelay). */
export const MAX_RESOLVE_DELAY_MS = 3_600_000;

/** Finds the present endpoint of a node in the discovery network. */
export interface NodeResolver {
  /** The node as the network knows it; undefined, or the same endpoint, when it knows nothing newer. */
  resolve(node: Node): Promise<Node | undefined>;
}

/** Looks up the addresses of a DNS name. @throws when there are none */
export type HostLookup = (hostname: string) => Promise<readonly string[]>;

/** A node of the static list. */
export class StaticNode {
  /** Where the list says that it is. */
  readonly listed: Node;
  /** Where it was last found. */
  #current: Node;
  /** Addresses of its name that were not tried yet. BOUNDED: usableAddresses. */
  #others: string[] = [];
  #resolveDelayMs = INITIAL_RESOLVE_DELAY_MS;
  #resolvedAt: number | undefined;

  constructor(node: Node) {
    this.listed = node;
    this.#current = node;
  }

  get current(): Node {
    return this.#current;
  }

  /** Whether the list says that it is where `node` is. */
  isListedAt({ ip, hostname, tcp }: Node): boolean {
    const { listed } = this;
    return listed.ip === ip && listed.hostname === hostname && listed.tcp === tcp;
  }

  /**
   * Looks up the DNS name, where there is one, and goes to the first address of use. A name that has none leaves the last
   * known address.
   * @throws what the lookup throws
   */
  async lookUpHost(lookup: HostLookup, allows: (ip: string) => boolean): Promise<void> {
    const { hostname } = this.#current;
    this.#others = [];
    if (hostname === undefined) return;
    this.#others = usableAddresses(await lookup(hostname), allows);
    this.goToNextAddress();
  }

  /** Goes to the next address of its name; false when there is none left. */
  goToNextAddress(): boolean {
    const ip = this.#others.shift();
    if (ip !== undefined) this.#current = withEndpoint(this.#current, { ip });
    return ip !== undefined;
  }

  /**
   * Searches the discovery network, at most once a minute, and twice as rarely after each search in vain.
   * @returns whether the node is now known at another address than before
   */
  async resolve(resolver: NodeResolver, clock: Clock): Promise<boolean> {
    const now = clock.monotonic();
    if (this.#resolvedAt !== undefined && now - this.#resolvedAt < this.#resolveDelayMs) return false;
    const before = this.#current;
    const found = await resolver.resolve(before);
    this.#resolvedAt = clock.monotonic();
    if (found?.ip === undefined || found.tcp === 0) {
      this.#resolveDelayMs = Math.min(this.#resolveDelayMs * 2, MAX_RESOLVE_DELAY_MS);
      return false;
    }
    this.#resolveDelayMs = INITIAL_RESOLVE_DELAY_MS;
    this.#current = found;
    return found.ip !== before.ip || found.tcp !== before.tcp;
  }
}
