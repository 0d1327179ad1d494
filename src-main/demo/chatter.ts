import type { ChainStatus } from '../eth/chain-source.ts';
import { encodeEthMessage, type EthMessage } from '../eth/messages.ts';
import { EthSession } from '../eth/session.ts';
import { ETH_VERSIONS } from '../eth/versions.ts';
import { Scope } from '../base/lifecycle.ts';
import type { Clock, Random } from '../base/runtime.ts';
import type { Channel, Protocol } from '../p2p/protocol.ts';

/** Interval of unrequested responses, milliseconds. */
const UNREQUESTED_INTERVAL_MS = 20_000;
/** Pause between two announcements on a session, milliseconds: a minimum, and a random addition up to the spread. */
const MIN_PAUSE_MS = 700;
const PAUSE_SPREAD_MS = 5_000;
/** The same on a busy session. */
const BUSY_MIN_PAUSE_MS = 120;
const BUSY_PAUSE_SPREAD_MS = 400;
/** Kinds of messages with equal probability: one header request, one block range, the rest transactions. */
const KINDS = 4;
/** Maximum number of transactions in one announcement. */
const MAX_ANNOUNCED = 48;
/** EIP-1559 and its usual size in bytes. */
const TRANSACTION = { type: 2, minSize: 110, sizeSpread: 900 } as const;

/** Requests the header of the genesis block, which every node has. */
const GENESIS_QUERY = { start: { number: 0n }, limit: 1n, skip: 0n, reverse: false } as const;

/** What an announcing protocol needs. */
export interface ChatterOptions {
  readonly chain: Pick<ChainStatus, 'range'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether this peer gets announcements: demo nodes send none to each other. */
  readonly announcesTo: (idHex: string) => boolean;
  /** Whether it announces several times a second. */
  readonly busy: boolean;
  /** Sends unrequested responses, each of which ends the session. */
  readonly sendsUnrequested: boolean;
}

/**
 * The eth protocol of a demo node: the real one, with announcements of invented transactions and of the chain's head, so
 * that there is traffic to show. At times it requests the genesis header.
 */
export function withChatter(protocol: Protocol, options: ChatterOptions): Protocol {
  return {
    ...protocol,
    run: async (channel) => {
      const scope = new Scope(options.clock);
      const onEstablished = (eth: EthSession | undefined): void => {
        if (eth === undefined || !options.announcesTo(channel.peer.idHex)) return;
        announce(channel, eth, options, scope);
        if (options.sendsUnrequested) sendUnrequested(channel, eth, options, scope);
      };
      try {
        await protocol.run(observed(channel, onEstablished));
      } finally {
        scope.close();
      }
    },
  };
}

/** The channel, which also reports the end of the protocol's handshake with the protocol's state. */
function observed(channel: Channel, onEstablished: (eth: EthSession | undefined) => void): Channel {
  let eth: EthSession | undefined;
  return {
    peer: channel.peer,
    clock: channel.clock,
    logger: channel.logger,
    signal: channel.signal,
    receive: () => channel.receive(),
    send: (code, payload) => {
      channel.send(code, payload);
    },
    get congested() {
      return channel.congested;
    },
    ready: () => channel.ready(),
    publish: (state) => {
      if (state instanceof EthSession) eth = state;
      channel.publish(state);
    },
    report: (offence, detail) => {
      channel.report(offence, detail);
    },
    fail: (error) => {
      channel.fail(error);
    },
    established: (detail) => {
      channel.established(detail);
      onEstablished(eth);
    },
  };
}

/** Sends an unrequested response; the other side ends the session. */
function sendUnrequested(
  channel: Channel,
  { version }: EthSession,
  { random }: ChatterOptions,
  scope: Scope,
): void {
  scope.every(
    () => UNREQUESTED_INTERVAL_MS,
    () => {
      const requestId = BigInt(random.below(2 ** 31));
      const { code, payload } = encodeEthMessage(version, { name: 'BlockHeaders', requestId, headers: [] });
      channel.send(code, payload);
    },
  );
}

function announce(channel: Channel, eth: EthSession, options: ChatterOptions, scope: Scope): void {
  const { random, chain, busy } = options;
  const hasRange = ETH_VERSIONS[eth.version].status === 'block-range';
  const pause = busy
    ? () => BUSY_MIN_PAUSE_MS + random.below(BUSY_PAUSE_SPREAD_MS)
    : () => MIN_PAUSE_MS + random.below(PAUSE_SPREAD_MS);
  scope.every(pause, () => {
    if (channel.congested) return;
    const drawn = random.below(KINDS);
    if (drawn === 0) {
      // The session handles a missing response.
      eth.ask({ name: 'GetBlockHeaders', query: GENESIS_QUERY }).catch(() => undefined);
      return;
    }
    const message: EthMessage =
      drawn === 1 && hasRange
        ? { name: 'BlockRangeUpdate', range: chain.range() }
        : inventedTransactions(random);
    const { code, payload } = encodeEthMessage(eth.version, message);
    channel.send(code, payload);
  });
}

function inventedTransactions(random: Random): EthMessage {
  const count = 1 + random.below(MAX_ANNOUNCED);
  const size = (): number => TRANSACTION.minSize + random.below(TRANSACTION.sizeSpread);
  return {
    name: 'NewPooledTransactionHashes',
    types: new Uint8Array(count).fill(TRANSACTION.type),
    sizes: Array.from({ length: count }, size),
    hashes: Array.from({ length: count }, () => random.bytes(32)),
  };
}
