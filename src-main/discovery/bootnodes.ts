import { describeError } from '../base/errors.ts';
import { usableAddresses } from '../base/host-lookup.ts';
import type { AddressFamily } from '../base/network.ts';
import type { Logger } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import { withEndpoint } from '../node-record/node-factory.ts';
import type { AddressFilter } from './address-filter.ts';

/** Resolves a DNS name to addresses as text, in any order. Rejects if the name does not resolve. */
export type HostResolver = (hostname: string) => Promise<readonly string[]>;

/** Maximum number of bootnodes: our choice. BOUNDED: a long list must not cause a flood of requests. */
const MAX_BOOTNODES = 256;

/** Constructor arguments of Bootnodes. */
export interface BootnodesOptions {
  readonly nodes: readonly Node[];
  /** Without it, nodes with a DNS name and no address are skipped. */
  readonly resolveHost: HostResolver | undefined;
  readonly allows: AddressFilter;
  /** Address families that we have sockets for. */
  readonly families: () => readonly AddressFamily[];
  /** As DiscoveryTransport `chooseBootnode`. */
  readonly choose: (versions: readonly Node[]) => Promise<Node | undefined>;
  readonly logger: Logger;
}

/** The configured bootnodes. DNS names are resolved at each refresh, because their addresses change. */
export class Bootnodes {
  readonly #options: BootnodesOptions;
  #nodes: readonly Node[];

  constructor(options: BootnodesOptions) {
    this.#options = options;
    this.#nodes = options.nodes.slice(0, MAX_BOOTNODES);
  }

  /** Replaces the list; takes effect at the next `resolve`. */
  set(nodes: readonly Node[]): void {
    this.#nodes = nodes.slice(0, MAX_BOOTNODES);
  }

  /** The bootnodes with an address that we may contact; the others are skipped. Never rejects. */
  async resolve(): Promise<Node[]> {
    const nodes = await Promise.all(this.#nodes.map((node) => this.#resolve(node)));
    return nodes.filter((node) => node !== undefined);
  }

  async #resolve(node: Node): Promise<Node | undefined> {
    const versions = (await this.#versionsOf(node)).filter((version) => this.#isUsable(version));
    return versions.length === 0 ? undefined : await this.#options.choose(versions);
  }

  #isUsable({ ip, udp }: Node): boolean {
    return ip !== undefined && udp !== 0 && this.#options.allows(ip);
  }

  /** One version of the node per address of its DNS name; the node itself if it has an address. */
  async #versionsOf(node: Node): Promise<readonly Node[]> {
    const { resolveHost, allows, families, logger } = this.#options;
    const { ip, hostname } = node;
    if (ip !== undefined || hostname === undefined) return [node];
    if (resolveHost === undefined) return [];
    try {
      const found = await resolveHost(hostname);
      return usableAddresses(found, allows, families()).map((address) => withEndpoint(node, { ip: address }));
    } catch (error) {
      logger.warn('bootnode name does not resolve', { hostname, error: describeError(error) });
      return [];
    }
  }
}
