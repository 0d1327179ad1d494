import type { CloseStack } from '../base/close-stack.ts';
import { Scope } from '../base/lifecycle.ts';
import type { ByteStream, SocketAddress } from '../base/network.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import { systemStreamListener } from '../base/tcp.ts';
import type { DemoChain } from './chain.ts';

/** BOUNDED: connections that a failing peer keeps open; further ones are closed at once. */
const MAX_STREAMS = 16;

/** What a failing peer works with. */
export interface FailingPeerParts {
  /** Announced in Hello. */
  readonly clientName: string;
  readonly privateKey: Uint8Array;
  readonly chain: DemoChain;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Closes when the node stops. */
  readonly scope: Scope;
}

/**
 * What a node that cannot become a peer does with a connection that it has accepted. The stream is destroyed when this
 * rejects, and when the node stops.
 */
export type FailingPeer = (stream: ByteStream, parts: FailingPeerParts) => Promise<void> | void;

/** Accepts connections and sends nothing, so that the handshake of the other side times out. */
export const staysSilent: FailingPeer = (stream) => {
  stream.onData(() => undefined);
};

/**
 * Listens at an address and passes each connection to the peer.
 * @throws NetworkError as StreamListener
 */
export async function listenAs(
  peer: FailingPeer,
  at: SocketAddress,
  parts: Omit<FailingPeerParts, 'scope'>,
  closing: CloseStack,
): Promise<void> {
  const scope = new Scope(parts.clock);
  const streams = new Set<ByteStream>();
  const listener = await systemStreamListener.listen(at, (stream) => {
    if (streams.size >= MAX_STREAMS) {
      stream.destroy();
      return;
    }
    streams.add(stream);
    stream.onClose(() => streams.delete(stream));
    void serve(peer, stream, { ...parts, scope });
  });
  closing.add(async () => {
    scope.close();
    for (const stream of streams) stream.destroy();
    await listener.close();
  });
}

/** Never rejects. */
async function serve(peer: FailingPeer, stream: ByteStream, parts: FailingPeerParts): Promise<void> {
  try {
    await peer(stream, parts);
  } catch {
    // The other side saw the failure that this peer is for, and ended the connection.
    stream.destroy();
  }
}
