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
const MAX_BOOTNODES = 256;

/** Makes a bootnode with an address into what a protocol has use for; undefined where it cannot. Must not reject. */
export type BootnodeReader = (node: Node) => Promise<Node | undefined>;

/** The first points of contact. Names are looked up, and what else is wanted of them, each time they are asked for. */
export class Bootnodes {
  readonly #resolveHost: HostResolver | undefined;
  readonly #allows: AddressFilter;
  readonly #logger: Logger;
  readonly #read: BootnodeReader;
  #nodes: readonly Node[];

  constructor(
    nodes: readonly Node[],
    resolveHost: HostResolver | undefined,
    allows: AddressFilter,
    logger: Logger,
    read: BootnodeReader = (node) => Promise.resolve(node),
  ) {
    this.#nodes = nodes.slice(0, MAX_BOOTNODES);
    this.#resolveHost = resolveHost;
    this.#allows = allows;
    this.#logger = logger;
    this.#read = read;
  }

  /** Replaces the list; it counts from the next refresh. */
  set(nodes: readonly Node[]): void {
    this.#nodes = nodes.slice(0, MAX_BOOTNODES);
  }

  /** The bootnodes that have an address which we may talk to. Never rejects: what cannot be resolved is left out. */
  async resolve(): Promise<Node[]> {
    const nodes = await Promise.all(
      this.#nodes.map(async (given) => {
        const node = await this.#resolve(given);
        return node !== undefined && this.#isUsable(node) ? await this.#read(node) : undefined;
      }),
    );
    return nodes.filter((node) => node !== undefined);
  }

  #isUsable({ ip, udp }: Node): boolean {
    return ip !== undefined && udp !== 0 && this.#allows(ip);
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
