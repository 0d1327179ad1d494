import { describeError } from '../leaf/errors.ts';
import { canonicalIp } from '../leaf/ip.ts';
import type { Logger } from '../leaf/runtime.ts';
import type { Node } from '../node-record/node.ts';
import { withEndpoint } from '../node-record/node-factory.ts';

/** Looks a DNS name up; resolves with addresses as text, IPv4 first where there is a choice. */
export type HostResolver = (hostname: string) => Promise<readonly string[]>;

/** Which addresses we may talk to; undefined lets all pass. */
export type AddressFilter = (ip: string) => boolean;

/** Most bootnodes taken over; BOUNDED so that a list gone wrong does not become a flood. */
export const MAX_BOOTNODES = 256;

/** The first points of contact. Their DNS names are looked up anew each time they are asked for. */
export class Bootnodes {
  readonly #resolveHost: HostResolver | undefined;
  readonly #allows: AddressFilter;
  readonly #logger: Logger;
  #nodes: readonly Node[];

  constructor(
    nodes: readonly Node[],
    resolveHost: HostResolver | undefined,
    allows: AddressFilter,
    logger: Logger,
  ) {
    this.#nodes = nodes.slice(0, MAX_BOOTNODES);
    this.#resolveHost = resolveHost;
    this.#allows = allows;
    this.#logger = logger;
  }

  /** Replaces the list; it counts from the next refresh. */
  set(nodes: readonly Node[]): void {
    this.#nodes = nodes.slice(0, MAX_BOOTNODES);
  }

  /** The bootnodes that have an address which we may talk to. Never rejects: what cannot be resolved is left out. */
  async resolve(): Promise<Node[]> {
    const nodes = await Promise.all(this.#nodes.map((node) => this.#resolve(node)));
    return nodes.filter(
      (node) => node?.ip !== undefined && node.udp !== 0 && this.#allows(node.ip),
    ) as Node[];
  }

  async #resolve(node: Node): Promise<Node | undefined> {
    if (node.ip !== undefined || node.hostname === undefined) return node;
    if (this.#resolveHost === undefined) return undefined;
    try {
      const [first] = (await this.#resolveHost(node.hostname))
        .map(canonicalIp)
        .filter((ip) => ip !== undefined);
      return first === undefined ? undefined : withEndpoint(node, { ip: first });
    } catch (error) {
      this.#logger.warn('bootnode name does not resolve', {
        hostname: node.hostname,
        error: describeError(error),
      });
      return undefined;
    }
  }
}
