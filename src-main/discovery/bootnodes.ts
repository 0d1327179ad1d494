import { describeError } from '../base/errors.ts';
import { usableAddresses } from '../base/host-lookup.ts';
import type { AddressFamily } from '../base/network.ts';
import type { Logger } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import { withEndpoint } from '../node-record/node-factory.ts';

/** Looks a DNS name up; resolves with addresses as text, in any order. */
export type HostResolver = (hostname: string) => Promise<readonly string[]>;

/** Which addresses we may talk to; undefined lets all pass. */
export type AddressFilter = (ip: string) => boolean;

/** Most bootnodes taken over; BOUNDED so that a list gone wrong does not become a flood. */
const MAX_BOOTNODES = 256;

/** What a protocol does with the bootnodes. */
export interface BootnodeUse {
  /** Families that we have sockets for. */
  readonly families: () => readonly AddressFamily[];
  /** Whether somebody answers at one of several addresses of a name; without it the first is taken. Must not reject. */
  readonly answers?: (node: Node) => Promise<boolean>;
  /** Makes a bootnode with an address into what the protocol has use for; undefined where it cannot. Must not reject. */
  readonly read?: (node: Node) => Promise<Node | undefined>;
}

/** The first points of contact. Names are looked up, and what else is wanted of them, each time they are asked for. */
export class Bootnodes {
  readonly #resolveHost: HostResolver | undefined;
  readonly #allows: AddressFilter;
  readonly #logger: Logger;
  readonly #use: BootnodeUse;
  #nodes: readonly Node[];

  constructor(
    nodes: readonly Node[],
    resolveHost: HostResolver | undefined,
    allows: AddressFilter,
    logger: Logger,
    use: BootnodeUse,
  ) {
    this.#nodes = nodes.slice(0, MAX_BOOTNODES);
    this.#resolveHost = resolveHost;
    this.#allows = allows;
    this.#logger = logger;
    this.#use = use;
  }

  /** Replaces the list; it counts from the next refresh. */
  set(nodes: readonly Node[]): void {
    this.#nodes = nodes.slice(0, MAX_BOOTNODES);
  }

  /** The bootnodes that have an address which we may talk to. Never rejects: what cannot be resolved is left out. */
  async resolve(): Promise<Node[]> {
    const nodes = await Promise.all(this.#nodes.map((given) => this.#resolve(given)));
    return nodes.filter((node) => node !== undefined);
  }

  async #resolve(given: Node): Promise<Node | undefined> {
    const places = (await this.#placesOf(given)).filter((node) => this.#isUsable(node));
    const { answers, read } = this.#use;
    if (read !== undefined) {
      for (const node of places) {
        const made = await read(node);
        if (made !== undefined) return made;
      }
      return undefined;
    }
    if (answers !== undefined && places.length > 1)
      for (const node of places) if (await answers(node)) return node;
    return places[0];
  }

  #isUsable({ ip, udp }: Node): boolean {
    return ip !== undefined && udp !== 0 && this.#allows(ip);
  }

  /** The node at each address that its name has; as it is where it has an address. */
  async #placesOf(node: Node): Promise<readonly Node[]> {
    if (node.ip !== undefined || node.hostname === undefined) return [node];
    if (this.#resolveHost === undefined) return [];
    try {
      const found = await this.#resolveHost(node.hostname);
      return usableAddresses(found, this.#allows, this.#use.families()).map((ip) =>
        withEndpoint(node, { ip }),
      );
    } catch (error) {
      this.#logger.warn('bootnode name does not resolve', {
        hostname: node.hostname,
        error: describeError(error),
      });
      return [];
    }
  }
}
