import type { SocketAddress } from '../../base/network.ts';
import type { EventSink } from '../../events/events.ts';
import type { PacketTap } from '../../events/packet-tap.ts';
import type { PacketCounters } from '../socket/packet-counters.ts';
import type { DatagramChannel } from '../socket/udp-socket.ts';
import type { Message } from './messages.ts';
import { encodePacket, exchangeOf, payloadOf, typeOf } from './packet.ts';

/** Signs and sends messages, counts them and emits an event for each. */
export class V4Wire {
  readonly #channel: DatagramChannel;
  readonly #privateKey: Uint8Array;
  readonly #events: EventSink;
  readonly #counters: PacketCounters;
  readonly #tap: PacketTap | undefined;

  constructor(
    channel: DatagramChannel,
    privateKey: Uint8Array,
    events: EventSink,
    counters: PacketCounters,
    tap?: PacketTap,
  ) {
    this.#channel = channel;
    this.#privateKey = privateKey;
    this.#events = events;
    this.#counters = counters;
    this.#tap = tap;
  }

  /** Sends a message; returns its packet's hash, or undefined if we have no socket of the target's family. */
  send(message: Message, to: SocketAddress): Uint8Array | undefined {
    const { datagram, hash } = encodePacket(message, this.#privateKey);
    if (!this.#channel.send(datagram, to)) return undefined;
    this.#counters.packet('out', message.type);
    this.#events.emit({
      type: 'discovery/packet',
      direction: 'out',
      packet: message.type,
      bytes: datagram.length,
      ip: to.ip,
      port: to.port,
    });
    if (this.#tap?.isOn === true) {
      this.#tap.packet({
        ...{ protocol: 'discv4', direction: 'out', address: to, idHex: undefined },
        code: typeOf(datagram),
        payload: payloadOf(datagram),
        wireBytes: datagram.length,
        exchange: exchangeOf(message, hash),
      });
    }
    return hash;
  }
}
