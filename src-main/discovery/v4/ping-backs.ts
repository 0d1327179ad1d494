import { hostSubnet } from '../socket/host-subnet.ts';
import { MAX_PING_BACKS, MAX_PING_BACKS_PER_SUBNET } from './constants.ts';

/** Our ping to a node that pinged us and has not proven its endpoint. */
export interface PingBack {
  /** Hash of its latest ENRREQUEST, which is answered after the proof: some clients send it before their PONG. */
  recordRequest: Uint8Array | undefined;
}

/**
 * The ping-backs in progress: pings to nodes that pinged us, for their endpoint proof. They have a bound of their own, so
 * that a flood of pings does not block our other requests. BOUNDED: MAX_PING_BACKS, MAX_PING_BACKS_PER_SUBNET per subnet.
 */
export class PingBacks {
  readonly #nodes = new Map<string, PingBack>();
  readonly #subnets = new Map<string, number>();

  /**
   * Starts a ping-back; undefined if one to the node, or the maximum number, is in progress. The node may ping again.
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

  /** The ping-back to the node that is in progress. */
  get(idHex: string, ip: string): PingBack | undefined {
    return this.#nodes.get(keyOf(idHex, ip));
  }

  /** Removes the ping-back to the node. */
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
