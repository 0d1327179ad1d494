/** The current endpoint of a static node: from its DNS name before each dial, and from discovery when it is unreachable. */
import { usableAddresses } from '../base/host-lookup.ts';
import type { Clock } from '../base/runtime.ts';
import { withEndpoint } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';

/** Initial delay between two searches for a node, milliseconds: go-ethereum p2p/dial.go, initialResolveDelay. */
export const INITIAL_RESOLVE_DELAY_MS = 60_000;

/** Longest delay between two searches, milliseconds: go-ethereum p2p/dial.go, maxResolveDelay. */
export const MAX_RESOLVE_DELAY_MS = 3_600_000;

/** Finds the current endpoint of a node in the discovery network. */
export interface NodeResolver {
  /** Returns the node with its latest known endpoint; undefined when it was not found. */
  resolve(node: Node): Promise<Node | undefined>;
}

/** Resolves a DNS name to its addresses. @throws when there are none */
export type HostLookup = (hostname: string) => Promise<readonly string[]>;

/** A node of the static list. */
export class StaticNode {
  /** The node as in the static list. */
  readonly listed: Node;
  /** The node with its latest endpoint. */
  #current: Node;
  /** Addresses of the DNS name that were not tried yet. BOUNDED: usableAddresses. */
  #untried: string[] = [];
  #resolveDelayMs = INITIAL_RESOLVE_DELAY_MS;
  #resolvedAt: number | undefined;

  constructor(node: Node) {
    this.listed = node;
    this.#current = node;
  }

  /** The node with its latest endpoint. */
  get current(): Node {
    return this.#current;
  }

  /** Whether the endpoint in the list is that of `node`. */
  isListedAt({ ip, hostname, tcp }: Node): boolean {
    const { listed } = this;
    return listed.ip === ip && listed.hostname === hostname && listed.tcp === tcp;
  }

  /**
   * Resolves the DNS name, if there is one, and selects its first usable address. Without one, the last address stays.
   * @throws the error of `lookup`
   */
  async lookUpHost(lookup: HostLookup, allows: (ip: string) => boolean): Promise<void> {
    const { hostname } = this.#current;
    this.#untried = [];
    if (hostname === undefined) return;
    this.#untried = usableAddresses(await lookup(hostname), allows);
    this.goToNextAddress();
  }

  /** Selects the next address of the DNS name; false when there is none left. */
  goToNextAddress(): boolean {
    const ip = this.#untried.shift();
    if (ip !== undefined) this.#current = withEndpoint(this.#current, { ip });
    return ip !== undefined;
  }

  /**
   * Searches the discovery network, with a delay between searches that doubles after each unsuccessful one.
   * @returns whether the endpoint has changed
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
