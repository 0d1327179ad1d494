import type { ChainView } from '../eth/chain-view.ts';
import { encodeEthMessage, type EthMessage } from '../eth/messages.ts';
import { EthSession } from '../eth/session.ts';
import { ETH_VERSIONS } from '../eth/versions.ts';
import { Scope } from '../base/lifecycle.ts';
import type { Clock, Random } from '../base/runtime.ts';
import type { Channel, Protocol } from '../p2p/protocol.ts';

/** Milliseconds after which a rude node forgets its manners. */
const RUDE_AFTER_MS = 20_000;
/** Milliseconds between two announcements on a session: at least, and so much more at random. */
const LEAST_PAUSE_MS = 700;
const PAUSE_SPREAD_MS = 5_000;
/** Of so many messages one asks for the genesis header, one names the range of blocks, the rest transactions. */
const KINDS = 4;
/** Transactions announced at once, at most. */
const MAX_ANNOUNCED = 48;
/** EIP-1559 and its usual size in bytes. */
const TRANSACTION = { type: 2, leastSize: 110, sizeSpread: 900 } as const;

/** The header of the one block that every node has. */
const GENESIS_QUERY = { start: { number: 0n }, limit: 1n, skip: 0n, reverse: false } as const;

/** What an announcing protocol needs. */
export interface ChatterOptions {
  readonly chain: ChainView;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether this peer hears announcements: the demo's nodes spare each other. */
  readonly hears: (idHex: string) => boolean;
  /** Sends answers that nobody asked for, each of which ends its session. */
  readonly isRude: boolean;
}

/**
 * The eth protocol of a demo node: the real one, and on top announcements of made-up transactions and of the chain's
 * head, so that there is traffic to look at; now and then it asks for the one header that we have.
 */
export function withChatter(protocol: Protocol, options: ChatterOptions): Protocol {
  return {
    ...protocol,
    run: async (channel) => {
      const scope = new Scope(options.clock);
      const onEstablished = (eth: EthSession | undefined): void => {
        if (eth === undefined || !options.hears(channel.peer.idHex)) return;
        announce(channel, eth, options, scope);
        if (options.isRude) beRude(channel, eth, options, scope);
      };
      try {
        await protocol.run(observed(channel, onEstablished));
      } finally {
        scope.close();
      }
    },
  };
}

/** The channel, with an ear for what the protocol shows and for the end of its handshake. */
function observed(channel: Channel, onEstablished: (eth: EthSession | undefined) => void): Channel {
  let eth: EthSession | undefined;
  return {
    peer: channel.peer,
    clock: channel.clock,
    logger: channel.logger,
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
    established: (detail) => {
      channel.established(detail);
      onEstablished(eth);
    },
  };
}

/** One answer without a question: the other side ends the session at it. */
function beRude(channel: Channel, { version }: EthSession, { random }: ChatterOptions, scope: Scope): void {
  scope.every(
    () => RUDE_AFTER_MS,
    () => {
      const requestId = BigInt(random.below(2 ** 31));
      const { code, payload } = encodeEthMessage(version, { name: 'BlockHeaders', requestId, headers: [] });
      channel.send(code, payload);
    },
  );
}

function announce(channel: Channel, eth: EthSession, options: ChatterOptions, scope: Scope): void {
  const { random, chain } = options;
  const hasRange = ETH_VERSIONS[eth.version].status === 'block-range';
  scope.every(
    () => LEAST_PAUSE_MS + random.below(PAUSE_SPREAD_MS),
    () => {
      if (channel.congested) return;
      const drawn = random.below(KINDS);
      if (drawn === 0) {
        // Whether there is an answer is the session's to see to.
        eth.ask({ name: 'GetBlockHeaders', query: GENESIS_QUERY }).catch(() => undefined);
        return;
      }
      const message: EthMessage =
        drawn === 1 && hasRange
          ? { name: 'BlockRangeUpdate', range: chain.range() }
          : madeUpTransactions(random);
      const { code, payload } = encodeEthMessage(eth.version, message);
      channel.send(code, payload);
    },
  );
}

function madeUpTransactions(random: Random): EthMessage {
  const count = 1 + random.below(MAX_ANNOUNCED);
  const size = (): number => TRANSACTION.leastSize + random.below(TRANSACTION.sizeSpread);
  return {
    name: 'NewPooledTransactionHashes',
    types: new Uint8Array(count).fill(TRANSACTION.type),
    sizes: Array.from({ length: count }, size),
    hashes: Array.from({ length: count }, () => random.bytes(32)),
  };
}
