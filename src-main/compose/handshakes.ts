import { publicKeyOf } from '../base/secp256k1.ts';
import { endCauseOf } from '../p2p/end-cause.ts';
import { createHello, exchangeHello, refuseConnection } from '../p2p/hello.ts';
import { startSession } from '../p2p/peer-session.ts';
import { secureInbound, secureOutbound } from '../rlpx/connection.ts';
import {
  createConnectionHandshakes,
  type ConnectionHandshakes,
  type HandshakeParts,
} from '../server/handshakes.ts';

/** The steps of RLPx and p2p, in the order of a connection. */
const STEPS = { secureOutbound, secureInbound, exchangeHello, refuseConnection, startSession, endCauseOf };

/** What the handshakes of a node need. */
export interface ConnectionHandshakeOptions extends Omit<HandshakeParts, 'steps' | 'hello'> {
  /** The client name of our Hello, at the moment. */
  readonly clientName: () => string;
  /** The listening port of our Hello, at the moment. */
  readonly listenPort: () => number;
}

/** The RLPx and p2p handshakes of a node, for our node and for those of the demo. */
export function composeHandshakes({
  clientName,
  listenPort,
  ...parts
}: ConnectionHandshakeOptions): ConnectionHandshakes {
  const publicKey = publicKeyOf(parts.privateKey);
  const { protocols } = parts;
  return createConnectionHandshakes({
    ...parts,
    steps: STEPS,
    hello: () => createHello({ clientName: clientName(), publicKey, protocols, listenPort: listenPort() }),
  });
}
