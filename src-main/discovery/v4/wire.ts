import type { SocketAddress } from '../../base/network.ts';
import type { DatagramChannel } from '../socket/udp-socket.ts';
import type { Message } from './messages.ts';
import { encodePacket } from './packet.ts';
import { reportPacket, type PacketReportParts } from './report-packet.ts';

/** Constructor arguments of V4Wire. */
export interface V4WireOptions extends PacketReportParts {
  readonly channel: DatagramChannel;
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
}

/** Signs, sends and reports messages. */
export class V4Wire {
  readonly #options: V4WireOptions;

  constructor(options: V4WireOptions) {
    this.#options = options;
  }

  /** Sends a message; returns its packet's hash, or undefined if we have no socket of the target's family. */
  send(message: Message, to: SocketAddress): Uint8Array | undefined {
    const { channel, privateKey } = this.#options;
    const { datagram, hash } = encodePacket(message, privateKey);
    if (!channel.send(datagram, to)) return undefined;
    reportPacket(this.#options, 'out', { message, hash, datagram }, to, undefined);
    return hash;
  }
}
