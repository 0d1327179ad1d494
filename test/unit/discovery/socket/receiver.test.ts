import { beforeEach, expect, it } from 'vitest';
import { PacketFilter } from '../../../../src-main/discovery/socket/packet-filter.ts';
import { DatagramReceiver, type DatagramHandler } from '../../../../src-main/discovery/socket/receiver.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const FROM = { ip: '81.1.1.1', port: 30303 };

/** Recognises the datagrams that start with its mark. */
class MarkedHandler implements DatagramHandler {
  readonly handled: Uint8Array[] = [];
  readonly #mark: number;

  constructor(mark: number) {
    this.#mark = mark;
  }

  recognises(datagram: Uint8Array): boolean {
    return datagram[0] === this.#mark;
  }

  expects(): boolean {
    return false;
  }

  isAnswer(): boolean {
    throw new Error('no answer is expected');
  }

  handle(datagram: Uint8Array): void {
    if (datagram[1] === 0xff) throw new Error('a bug');
    this.handled.push(datagram);
  }
}

let receiver: DatagramReceiver;
let dropped: string[];
let errors: unknown[];

beforeEach(() => {
  const clock = new VirtualClock();
  dropped = [];
  errors = [];
  receiver = new DatagramReceiver({
    clock,
    filter: new PacketFilter({ clock, allows: (ip) => ip !== '9.9.9.9', expects: () => false }),
    dropped: (reason) => dropped.push(reason),
    onError: (error) => errors.push(error),
  });
});

it('passes a datagram to the protocol that recognises it, and drops others', () => {
  const [one, two] = [new MarkedHandler(1), new MarkedHandler(2)];
  receiver.attach([one, two]);
  receiver.receive(Uint8Array.of(2), FROM);
  receiver.receive(Uint8Array.of(3), FROM);
  receiver.receive(Uint8Array.of(1), { ...FROM, ip: '9.9.9.9' });
  expect([one.handled.length, two.handled.length]).toEqual([0, 1]);
  expect(dropped).toEqual(['not-a-packet', 'not-allowed']);
});

it('continues after an error of a handler, and handles nothing after `stop`', () => {
  const handler = new MarkedHandler(1);
  receiver.attach([handler]);
  receiver.receive(Uint8Array.of(1, 0xff), FROM);
  receiver.receive(Uint8Array.of(1, 0), FROM);
  expect([errors.length, handler.handled.length]).toEqual([1, 1]);
  receiver.stop();
  receiver.receive(Uint8Array.of(1, 0), FROM);
  expect([handler.handled.length, dropped]).toEqual([1, ['not-a-packet']]);
});
