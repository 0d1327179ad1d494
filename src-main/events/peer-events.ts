import { endSentence } from '../../shared/causes/sentences.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { EndCause, EventSource, NodeEvent } from './events.ts';
import type { Unsubscribe } from '../base/runtime.ts';

/** An event in the form of go-ethereum's PeerEvent (p2p/peer.go): members, their order, and omitted empty members. */
export interface PeerEvent {
  readonly type: 'add' | 'drop' | 'msgsend' | 'msgrecv';
  /** Node ID, 64 hex digits without 0x. */
  readonly peer: string;
  /** Why the peer was dropped. */
  readonly error?: string;
  /** `eth`, `snap`. geth has no events for messages of the base protocol. */
  readonly protocol?: string;
  /** Relative to the protocol's first message. */
  readonly msg_code?: number;
  /** Length of the uncompressed payload, bytes. */
  readonly msg_size?: number;
  /** `IP:port` of our end. */
  readonly local?: string;
  readonly remote?: string;
}

/**
 * Converts the events of the node to peer events. Messages are included only while `includesMessages` is true (geth's
 * EnableMsgEvents). It subscribes to its source for its whole lifetime. BOUNDED: one entry per connected peer.
 */
export class PeerEvents {
  readonly #includesMessages: () => boolean;
  readonly #listeners = new Set<(event: PeerEvent) => void>();
  /** Both ends of each connection by node ID, because later events do not have them. Also kept without listeners. */
  readonly #ends = new Map<string, Ends>();

  constructor(source: EventSource, includesMessages: () => boolean) {
    this.#includesMessages = includesMessages;
    source.subscribe((event) => {
      this.#apply(event);
    });
  }

  /** Adds a listener for peer events. */
  subscribe(listener: (event: PeerEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #apply(event: NodeEvent): void {
    if (event.type === 'peer/message') {
      if (this.#listeners.size > 0 && this.#includesMessages()) this.#emitMessage(event);
      return;
    }
    if (event.type === 'peer/added') {
      const ends = {
        ...(event.local === undefined ? {} : { local: event.local }),
        remote: formatSocketAddress(event),
      };
      this.#ends.set(event.idHex, ends);
      this.#emit({ type: 'add', peer: event.idHex, ...ends });
    }
    if (event.type === 'peer/dropped') {
      const ends = this.#ends.get(event.idHex) ?? { remote: formatSocketAddress(event) };
      this.#ends.delete(event.idHex);
      this.#emit({ type: 'drop', peer: event.idHex, error: errorOf(event.cause), ...ends });
    }
  }

  #emitMessage(event: Extract<NodeEvent, { type: 'peer/message' }>): void {
    const [protocol = event.protocol] = event.protocol.split('/');
    if (protocol === 'p2p') return;
    this.#emit({
      type: event.direction === 'in' ? 'msgrecv' : 'msgsend',
      peer: event.idHex,
      protocol,
      msg_code: event.code,
      msg_size: event.size,
      ...this.#ends.get(event.idHex),
    });
  }

  #emit(event: PeerEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

type Ends = Pick<PeerEvent, 'local' | 'remote'>;

/** The text of the disconnect reason, or of the error, as in geth. */
const errorOf = (cause: EndCause): string => cause.disconnectReason ?? endSentence(cause);
