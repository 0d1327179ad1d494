import type { ChainView } from '../eth/chain-view.ts';
import { encodeEthMessage, type EthMessage } from '../eth/messages.ts';
import { ETH_CODES, ETH_VERSIONS, type EthVersion } from '../eth/versions.ts';
import { Scope } from '../leaf/lifecycle.ts';
import type { Clock, Random } from '../leaf/runtime.ts';
import type { Channel, Protocol } from '../p2p/protocol.ts';

/** Milliseconds between two announcements on a session: at least, and so much more at random. */
const LEAST_PAUSE_MS = 700;
const PAUSE_SPREAD_MS = 5_000;
/** Of so many messages one asks for the genesis header, one names the range of blocks, the rest transactions. */
const KINDS = 4;
/** Transactions announced at once, at most. */
const MAX_ANNOUNCED = 48;
/** EIP-1559 and its usual size in bytes. */
const TRANSACTION = { type: 2, leastSize: 110, sizeSpread: 900 } as const;

/** What an announcing protocol needs. */
export interface ChatterOptions {
  readonly chain: ChainView;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether this peer hears announcements: the demo's nodes spare each other. */
  readonly hears: (idHex: string) => boolean;
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
      const onEstablished = (): void => {
        if (options.hears(channel.peer.idHex))
          announce(channel, protocol.version as EthVersion, options, scope);
      };
      try {
        await protocol.run(observed(channel, onEstablished));
      } finally {
        scope.close();
      }
    },
  };
}

/** The channel, with an ear for the end of the protocol's handshake. */
function observed(channel: Channel, onEstablished: () => void): Channel {
  return {
    peer: channel.peer,
    clock: channel.clock,
    logger: channel.logger,
    // Answers to what the chatter asked are its own: the protocol expects none.
    receive: async () => {
      for (;;) {
        const message = await channel.receive();
        if (message.code !== ETH_CODES.BlockHeaders) return message;
      }
    },
    send: (code, payload) => {
      channel.send(code, payload);
    },
    get congested() {
      return channel.congested;
    },
    ready: () => channel.ready(),
    publish: (state) => {
      channel.publish(state);
    },
    report: (offence, detail) => {
      channel.report(offence, detail);
    },
    established: (detail) => {
      channel.established(detail);
      onEstablished();
    },
  };
}

function announce(channel: Channel, version: EthVersion, options: ChatterOptions, scope: Scope): void {
  const { random, chain } = options;
  const hasRange = ETH_VERSIONS[version].status === 'block-range';
  scope.every(
    () => LEAST_PAUSE_MS + random.below(PAUSE_SPREAD_MS),
    () => {
      if (channel.congested) return;
      const message = nextMessage(random, hasRange ? chain : undefined);
      const { code, payload } = encodeEthMessage(version, message);
      channel.send(code, payload);
    },
  );
}

function nextMessage(random: Random, ranged: ChainView | undefined): EthMessage {
  const drawn = random.below(KINDS);
  if (drawn === 0) {
    const query = { start: { number: 0n }, limit: 1n, skip: 0n, reverse: false };
    return { name: 'GetBlockHeaders', requestId: BigInt(random.below(2 ** 31)), query };
  }
  if (drawn === 1 && ranged !== undefined) return { name: 'BlockRangeUpdate', range: ranged.range() };
  return madeUpTransactions(random);
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
