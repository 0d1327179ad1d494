/** Peers whose Hello or Status does not fit ours, and peers that end the session. */
import { publicKeyOf } from '../base/secp256k1.ts';
import type { ByteStream } from '../base/network.ts';
import { keccak256 } from '../base/keccak.ts';
import type { ChainSource } from '../eth/chain-source.ts';
import { encodeEthMessage } from '../eth/messages.ts';
import { createEthProtocols, ethSessionOf } from '../eth/session.ts';
import type { BlockRange } from '../eth/status.ts';
import { ETH_CODES, ETH_PROTOCOL_NAME, ETH_VERSIONS } from '../eth/versions.ts';
import { NO_EVENTS } from '../events/event-bus.ts';
import { BASE_PROTOCOL_LENGTH } from '../p2p/capabilities.ts';
import { ProtocolError } from '../p2p/errors.ts';
import { createHello, exchangeHello, type HelloConnection } from '../p2p/hello.ts';
import { startSession, type PeerSession } from '../p2p/peer-session.ts';
import type { Protocol } from '../p2p/protocol.ts';
import { secureInbound } from '../rlpx/secure.ts';
import { createDemoSource } from './chain.ts';
import { untilEnd } from './failing-connections.ts';
import type { FailingPeer, FailingPeerParts } from './failing-peer.ts';
import { DEMO_CHAIN, STALE_FORK } from './network.ts';

/** A fork that is so far ahead that no demo passes it: 2100-01-01, seconds since 1970. */
const FAR_FORK = 4_102_444_800n;

/** Headers that a synchronising node requests at once, as geth does. */
const HEADERS_IN_A_REQUEST = 192n;

/** Blocks by which a chain is ahead that our node does not have. */
const AHEAD = 1_000_000n;

/** A version of eth that clients no longer offer. */
const OLD_ETH: Protocol = { ...ethWithoutStatus(66), length: 17 };

/** The eth protocol without its messages: it never sends Status. */
function ethWithoutStatus(version: number, run: Protocol['run'] = ignoreMessages): Protocol {
  return {
    name: ETH_PROTOCOL_NAME,
    version,
    length: ETH_VERSIONS[69].length,
    messageName: () => 'Unused',
    run,
  };
}

async function ignoreMessages(channel: Parameters<Protocol['run']>[0]): Promise<void> {
  for (;;) await channel.receive();
}

/** Offers only a version of eth that our node does not have. */
export const offersOldEth: FailingPeer = async (stream, parts) => {
  await greet(stream, parts, [OLD_ETH]);
};

/** Sends the Status of another genesis block. */
export const hasOtherGenesis: FailingPeer = withChain((chain) => ({
  ...chain,
  genesisHash: keccak256(chain.genesisHash),
}));

/** Sends a fork ID that its record does not have: that of a client from before the last fork. */
export const hasOldClient: FailingPeer = withChain((chain) => ({ ...chain, forkId: () => STALE_FORK }));

/** Plans a fork that we do not know, and refuses nodes without it. */
export const refusesOurFork: FailingPeer = withChain((chain) => ({
  ...chain,
  forkId: () => ({ ...chain.forkId(), next: FAR_FORK }),
  forkFilter: () => 'local-incompatible-or-stale',
}));

/** Never sends Status. */
export const sendsNoStatus: FailingPeer = async (stream, parts) => {
  await openSession(stream, parts, [ethWithoutStatus(69)]);
};

/** Fails in its own eth protocol before it sends Status. */
export const failsInEth: FailingPeer = async (stream, parts) => {
  const fails = (): Promise<never> => Promise.reject(new ProtocolError('subprotocol-error'));
  await openSession(stream, parts, [ethWithoutStatus(69, fails)]);
};

/** Synchronises with a chain that is ahead of ours: it requests the headers before its head, and leaves without them. */
export const synchronises: FailingPeer = async (stream, parts) => {
  const ours = chainOf(parts);
  const range: BlockRange = {
    ...ours.range(),
    latest: ours.range().latest + AHEAD,
    latestHash: keccak256(ours.genesisHash),
  };
  const chain: ChainSource = { ...ours, range: () => range };
  const session = await openSession(stream, parts, createEthProtocols(chain));
  await session.established;
  const start = { number: range.latest };
  const query = { start, limit: HEADERS_IN_A_REQUEST, skip: 0n, reverse: true };
  await ethSessionOf(session)?.ask({ name: 'GetBlockHeaders', query });
  await session.disconnect('useless-peer');
};

/** Closes the connection of a session without a Disconnect. */
export const leavesWithoutDisconnect: FailingPeer = async (stream, parts) => {
  const session = await openSession(stream, parts, createEthProtocols(chainOf(parts)));
  await session.established;
  stream.end();
};

/** Sends nothing after Status, not even a Pong. */
export const fallsSilent: FailingPeer = async (stream, parts) => {
  const { connection } = await greet(stream, parts, [ethWithoutStatus(69)]);
  const chain = chainOf(parts);
  const { networkId, genesisHash } = chain;
  const { payload } = encodeEthMessage(69, {
    name: 'Status',
    status: {
      ...{ form: 'block-range', version: 69, networkId, genesisHash },
      ...{ forkId: chain.forkId(), range: chain.range() },
    },
  });
  connection.send(BASE_PROTOCOL_LENGTH + ETH_CODES.Status, payload);
  await untilEnd(connection);
};

/** A peer that runs eth on a changed chain. */
function withChain(change: (chain: ChainSource) => ChainSource): FailingPeer {
  return async (stream, parts) => {
    await openSession(stream, parts, createEthProtocols(change(chainOf(parts))));
  };
}

const chainOf = ({ chain }: FailingPeerParts): ChainSource => createDemoSource(chain, DEMO_CHAIN, 0n);

async function openSession(
  stream: ByteStream,
  parts: FailingPeerParts,
  protocols: readonly Protocol[],
): Promise<PeerSession> {
  const { clock, logger } = parts;
  return startSession(await greet(stream, parts, protocols), protocols, { clock, logger, events: NO_EVENTS });
}

async function greet(
  stream: ByteStream,
  parts: FailingPeerParts,
  protocols: readonly Protocol[],
): Promise<HelloConnection> {
  const { clientName, privateKey } = parts;
  const connection = await secureInbound(stream, parts);
  const publicKey = publicKeyOf(privateKey);
  return await exchangeHello(connection, createHello({ clientName, publicKey, protocols }));
}
