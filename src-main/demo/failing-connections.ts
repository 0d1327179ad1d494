/** Peers that fail before Hello: in the TCP connection, in the RLPx handshake, or with their first frame. */
import { utf8ToBytes } from '../base/bytes.ts';
import { refuseConnection } from '../p2p/hello.ts';
import type { RlpxConnection } from '../rlpx/connection.ts';
import { secureInbound } from '../rlpx/secure.ts';
import type { FailingPeer } from './failing-peer.ts';
import { demoKey } from './identity.ts';

/** By then the auth of the other side has arrived, milliseconds. */
const RESET_AFTER_MS = 200;

/** What HTTP servers answer to bytes that are no request. An RLPx client reads its first bytes as the size of an ack. */
const HTTP_ANSWER = utf8ToBytes('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');

/** Bytes of a frame header with its MAC. */
const SEALED_HEADER_LENGTH = 32;

/** Closes without reading: the system resets a connection that is closed with unread bytes. */
export const resetsConnection: FailingPeer = async (stream, { scope }) => {
  stream.pause();
  await scope.delay(RESET_AFTER_MS);
  stream.destroy();
};

/** Is a web server: another program has the port. */
export const speaksHttp: FailingPeer = (stream) => {
  stream.onData(() => {
    stream.write(HTTP_ANSWER);
    stream.end();
  });
};

/** Is an echo service: it sends back our auth, which is not encrypted to us. */
export const echoes: FailingPeer = (stream) => {
  stream.onData((chunk) => {
    stream.write(chunk);
  });
};

/** Has another key than its record, so that it cannot decrypt our auth, and closes. */
export const hasOtherKey: FailingPeer = async (stream, parts) => {
  await secureInbound(stream, { ...parts, privateKey: demoKey('a node that has left') });
};

/** Damages its first frame. */
export const damagesFrames: FailingPeer = async (stream, parts) => {
  const connection = await secureInbound(stream, parts);
  stream.write(parts.random.bytes(SEALED_HEADER_LENGTH));
  await untilEnd(connection);
};

/** Says that we are of no use to it, instead of Hello. */
export const findsUsUseless: FailingPeer = async (stream, parts) => {
  refuseConnection(await secureInbound(stream, parts), 'useless-peer');
};

/** Reads and ignores messages until the other side ends the connection, and closes it then. */
export async function untilEnd(connection: RlpxConnection): Promise<void> {
  await new Promise<void>((resolve) => {
    connection.consume({
      onMessage: () => undefined,
      onEnd: () => {
        resolve();
      },
    });
  });
  connection.destroy();
}
