import { endSentence } from '../../shared/causes/sentences.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { EndCause, EventSource, NodeEvent } from './events.ts';
import type { Unsubscribe } from '../base/runtime.ts';

/**
 * What happened to a peer, in the shape of go-ethereum's p2p/peer.go PeerEvent: members, their order, and which are left
 * out when they are empty (`omitempty`; the addresses too, which name the two ends of the connection).
 */
export interface PeerEvent {
  readonly type: 'add' | 'drop' | 'msgsend' | 'msgrecv';
  /** Node ID, 64 hex digits without 0x. */
  readonly peer: string;
  /** Why it was dropped. */
  readonly error?: string;
  /** `eth`, `snap`; of p2p's own messages geth tells nothing. */
  readonly protocol?: string;
  /** Relative to the protocol's first message. */
  readonly msg_code?: number;
  /** Of the payload, in bytes. */
  readonly msg_size?: number;
  /** `IP:port` of our end. */
  readonly local?: string;
  readonly remote?: string;
}

/**
 * The one stream of peer events, drawn from the node's facts. A message is told where `tellsMessages` says so, which is
 * geth's EnableMsgEvents; p2p's own messages never are. It lives as long as its source. BOUNDED: one entry a connected peer.
 */
export class PeerEvents {
  readonly #tellsMessages: () => boolean;
  readonly #listeners = new Set<(event: PeerEvent) => void>();
  /** Both ends of each connection, which messages and ends do not carry; kept whether anybody listens or not. */
  readonly #ends = new Map<string, Ends>();

  constructor(source: EventSource, tellsMessages: () => boolean) {
    this.#tellsMessages = tellsMessages;
    source.subscribe((event) => {
      this.#hear(event);
    });
  }

  subscribe(listener: (event: PeerEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #hear(event: NodeEvent): void {
    if (event.type === 'peer/message') {
      if (this.#listeners.size > 0 && this.#tellsMessages()) this.#tellMessage(event);
      return;
    }
    if (event.type === 'peer/added') {
      const ends = {
        ...(event.local === undefined ? {} : { local: event.local }),
        remote: formatSocketAddress(event),
      };
      this.#ends.set(event.idHex, ends);
      this.#tell({ type: 'add', peer: event.idHex, ...ends });
    }
    if (event.type === 'peer/dropped') {
      const ends = this.#ends.get(event.idHex) ?? { remote: formatSocketAddress(event) };
      this.#ends.delete(event.idHex);
      this.#tell({ type: 'drop', peer: event.idHex, error: errorOf(event.cause), ...ends });
    }
  }

  #tellMessage(event: Extract<NodeEvent, { type: 'peer/message' }>): void {
    const [protocol = event.protocol] = event.protocol.split('/');
    if (protocol === 'p2p') return;
    this.#tell({
      type: event.direction === 'in' ? 'msgrecv' : 'msgsend',
      peer: event.idHex,
      protocol,
      msg_code: event.code,
      msg_size: event.size,
      ...this.#ends.get(event.idHex),
    });
  }

  #tell(event: PeerEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

type Ends = Pick<PeerEvent, 'local' | 'remote'>;

/** geth gives the disconnect reason's words, or those of the failure. */
const errorOf = (cause: EndCause): string => cause.disconnectReason ?? endSentence(cause);
