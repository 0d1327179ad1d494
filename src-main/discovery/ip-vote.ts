import type { AddressFamily, SocketAddress } from '../base/network.ts';
import { checkRelayIp, ipFamily, addressGroupOf } from '../base/ip.ts';
import type { Clock } from '../base/runtime.ts';
import { ADDRESS_STATEMENT_WINDOW_MS, MIN_ADDRESS_STATEMENTS } from './constants.ts';

/** Networks whose latest statement is kept, per family; the oldest is dropped first. BOUNDED. */
const MAX_STATEMENTS = 512;

/** An external address with the number of networks that name it. */
export interface VotedAddress extends SocketAddress {
  readonly votes: number;
}

interface Statement {
  readonly endpoint: string;
  readonly ip: string;
  readonly port: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/**
 * Predicts our external address from the statements of nodes with a proven endpoint. Each network (IPv4 /24, IPv6 /48)
 * has one vote per address family, its latest, for five minutes. The endpoint with the most votes wins if it has at
 * least ten. The outcome is kept until another endpoint wins, so that it survives times with few packets.
 * (p2p/enode/localnode.go, p2p/netutil/iptrack.go)
 */
export class AddressVote {
  readonly #clock: Clock;
  readonly #onOutcome: (family: AddressFamily, address: VotedAddress) => void;
  readonly #statements: Readonly<Record<AddressFamily, Map<string, Statement>>> = {
    ipv4: new Map(),
    ipv6: new Map(),
  };
  readonly #outcomes = new Map<AddressFamily, VotedAddress>();

  /** @param onOutcome called whenever the winner of a family changes */
  constructor(clock: Clock, onOutcome: (family: AddressFamily, address: VotedAddress) => void) {
    this.#clock = clock;
    this.#onOutcome = onOutcome;
  }

  /** The winner of a family, with its current votes. */
  outcome(family: AddressFamily): VotedAddress | undefined {
    const outcome = this.#outcomes.get(family);
    if (outcome === undefined) return undefined;
    return { ...outcome, votes: this.#count(family).get(endpointKey(outcome))?.votes ?? 0 };
  }

  /** The endpoints that networks reported within the window, most votes first. BOUNDED: MAX_STATEMENTS. */
  reported(family: AddressFamily): readonly VotedAddress[] {
    return [...this.#count(family).values()].sort((a, b) => b.votes - a.votes);
  }

  /** Forgets statements and outcomes, after a change of the network. */
  forget(): void {
    this.#outcomes.clear();
    for (const statements of Object.values(this.#statements)) statements.clear();
  }

  /**
   * Adds the statement of the node at `from`, whose endpoint is proven, that our endpoint is `claimed`. Statements that
   * cannot be true are ignored.
   */
  statement(from: SocketAddress, claimed: { readonly ip: string | undefined; readonly port: number }): void {
    const { ip, port } = claimed;
    if (ip === undefined || port === 0) return;
    const family = ipFamily(ip);
    if (family !== ipFamily(from.ip) || checkRelayIp(from.ip, ip) !== undefined) return;
    const statements = this.#statements[family];
    // Deleted first so that the map stays ordered by the time of the statement.
    const group = addressGroupOf(from.ip);
    statements.delete(group);
    statements.set(group, { endpoint: endpointKey({ ip, port }), ip, port, at: this.#clock.monotonic() });
    const oldest = statements.keys().next();
    if (statements.size > MAX_STATEMENTS && oldest.done !== true) statements.delete(oldest.value);
    this.#decide(family);
  }

  #decide(family: AddressFamily): void {
    let winner: VotedAddress | undefined;
    for (const address of this.#count(family).values()) {
      if (address.votes >= MIN_ADDRESS_STATEMENTS && address.votes > (winner?.votes ?? 0)) winner = address;
    }
    if (winner === undefined) return;
    const before = this.#outcomes.get(family);
    this.#outcomes.set(family, winner);
    if (before?.ip !== winner.ip || before.port !== winner.port) this.#onOutcome(family, winner);
  }

  #count(family: AddressFamily): Map<string, VotedAddress> {
    const statements = this.#statements[family];
    const cutoff = this.#clock.monotonic() - ADDRESS_STATEMENT_WINDOW_MS;
    const counts = new Map<string, VotedAddress>();
    for (const [network, { endpoint, ip, port, at }] of statements) {
      if (at < cutoff) statements.delete(network);
      else counts.set(endpoint, { ip, port, votes: (counts.get(endpoint)?.votes ?? 0) + 1 });
    }
    return counts;
  }
}

function endpointKey({ ip, port }: SocketAddress): string {
  return `${ip} ${port}`;
}
