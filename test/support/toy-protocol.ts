import type { MessageClass } from '../../src-main/p2p/message-class.ts';
import type { Channel, Protocol } from '../../src-main/p2p/protocol.ts';

/** Message codes of the toy protocol, from its own first code. */
export const TOY_CODES = { announcement: 0, request: 1, answer: 2 } as const;

const CLASSES: readonly MessageClass[] = ['announcement', 'request', 'answer'];
const NAMES = ['Announcement', 'Request', 'Answer'];

/** A subprotocol without a chain: it answers each request with the same payload, and counts what it receives. */
export class ToyProtocol {
  /** The channel of the session that was opened last. */
  channel: Channel | undefined;
  /** Codes of the messages that were received, oldest first. */
  readonly received: number[] = [];
  /** Called with each message that was received. */
  onMessage: (code: number, bytes: number) => void = () => undefined;
  readonly protocol: Protocol = {
    name: 'toy',
    version: 1,
    length: 3,
    messageName: (code) => NAMES[code] ?? '?',
    classOf: (code) => CLASSES[code],
    run: async (channel) => {
      this.channel = channel;
      channel.established('ready to play');
      for (;;) {
        const { code, payload } = await channel.receive();
        this.received.push(code);
        this.onMessage(code, payload.length);
        if (code === TOY_CODES.request) channel.send(TOY_CODES.answer, payload);
        if (channel.congested) await channel.ready();
      }
    },
  };

  /** How many messages with a code were received. */
  count(code: number): number {
    return this.received.filter((received) => received === code).length;
  }
}
