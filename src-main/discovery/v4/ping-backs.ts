import { hostSubnet } from '../socket/host-subnet.ts';
import { MAX_PING_BACKS, MAX_PING_BACKS_PER_SUBNET } from './constants.ts';

/** A ping of ours to a node that pinged us and has no proof yet. */
export interface PingBack {
  /** Hash of its latest ENRREQUEST, to be answered with the proof: some clients ask before they have answered our ping. */
  recordRequest: Uint8Array | undefined;
}

/**
 * The nodes that are being asked for their endpoint proof because they pinged us. Bounded apart from our own questions,
 * so that no flood of pings leaves those without room. BOUNDED: MAX_PING_BACKS, MAX_PING_BACKS_PER_SUBNET a subnet.
 */
export class PingBacks {
  readonly #nodes = new Map<string, PingBack>();
  readonly #subnets = new Map<string, number>();

  /**
   * Begins a ping back; undefined where one to the node is in progress, or too many are. The node may ping again.
   */
  begin(idHex: string, ip: string): PingBack | undefined {
    const key = keyOf(idHex, ip);
    const subnet = hostSubnet(ip);
    const count = this.#subnets.get(subnet) ?? 0;
    if (this.#nodes.has(key) || this.#nodes.size >= MAX_PING_BACKS || count >= MAX_PING_BACKS_PER_SUBNET)
      return undefined;
    const pingBack: PingBack = { recordRequest: undefined };
    this.#nodes.set(key, pingBack);
    this.#subnets.set(subnet, count + 1);
    return pingBack;
  }

  /** The ping back that is under way. */
  get(idHex: string, ip: string): PingBack | undefined {
    return this.#nodes.get(keyOf(idHex, ip));
  }

  /** Ends what `begin` began. */
  end(idHex: string, ip: string): void {
    if (!this.#nodes.delete(keyOf(idHex, ip))) return;
    const subnet = hostSubnet(ip);
    const left = (this.#subnets.get(subnet) ?? 1) - 1;
    if (left === 0) this.#subnets.delete(subnet);
    else this.#subnets.set(subnet, left);
  }
}

function keyOf(idHex: string, ip: string): string {
  return `${idHex} ${ip}`;
}
