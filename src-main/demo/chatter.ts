import type { ChainStatus } from '../eth/chain-source.ts';
import { encodeEthMessage } from '../eth/messages.ts';
import { EthSession } from '../eth/session.ts';
import { ETH_VERSIONS } from '../eth/versions.ts';
import { Scope } from '../base/lifecycle.ts';
import type { Clock, Random } from '../base/runtime.ts';
import type { Channel, Protocol } from '../p2p/protocol.ts';
import { Synchronisation } from './synchronisation.ts';

/** Interval of unrequested responses, milliseconds. */
const UNREQUESTED_INTERVAL_MS = 20_000;
/** Pause between two messages on a session, milliseconds: a minimum, and a random addition up to the spread. */
const MIN_PAUSE_MS = 2_000;
const PAUSE_SPREAD_MS = 8_000;
/** The same on a busy session. */
const BUSY_MIN_PAUSE_MS = 600;
const BUSY_PAUSE_SPREAD_MS = 1_500;
/** One message of this many is the block range, the others are requests. */
const KINDS = 4;

/** What a talking protocol needs. */
export interface ChatterOptions {
  readonly chain: Pick<ChainStatus, 'range'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether this peer gets requests: demo nodes send none to each other. */
  readonly asks: (idHex: string) => boolean;
  /** Whether it sends about one message a second. */
  readonly busy: boolean;
  /** Sends unrequested responses, each of which ends the session. */
  readonly sendsUnrequested: boolean;
}

/**
 * The eth protocol of a demo node: the real one, with announcements of the chain's head and the requests of a node that
 * synchronises, so that there is traffic to show.
 */
export function withChatter(protocol: Protocol, options: ChatterOptions): Protocol {
  return {
    ...protocol,
    run: async (channel) => {
      const scope = new Scope(options.clock);
      const onEstablished = (eth: EthSession | undefined): void => {
        if (eth === undefined || !options.asks(channel.peer.idHex)) return;
        chat(channel, eth, options, scope);
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
    onClose: (listener) => {
      channel.onClose(listener);
    },
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

function chat(channel: Channel, eth: EthSession, options: ChatterOptions, scope: Scope): void {
  const { random, chain, busy } = options;
  const hasRange = ETH_VERSIONS[eth.version].status === 'block-range';
  const synchronisation = new Synchronisation(eth, chain, random);
  const pause = busy
    ? () => BUSY_MIN_PAUSE_MS + random.below(BUSY_PAUSE_SPREAD_MS)
    : () => MIN_PAUSE_MS + random.below(PAUSE_SPREAD_MS);
  scope.every(pause, () => {
    if (channel.congested) return;
    if (!hasRange || random.below(KINDS) > 0) {
      synchronisation.next();
      return;
    }
    const { code, payload } = encodeEthMessage(eth.version, {
      name: 'BlockRangeUpdate',
      range: chain.range(),
    });
    channel.send(code, payload);
  });
}
