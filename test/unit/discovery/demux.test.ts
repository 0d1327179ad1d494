import { describe, expect, it } from 'vitest';
import { Demux } from '../../../src-main/discovery/demux.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const FROM = { ip: '10.0.0.1', port: 1 };

describe('the demultiplexer', () => {
  it('asks the second protocol only about what the first refuses', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const demux = new Demux(clock, (reason) => seen.push(reason));
    demux.attach(
      { handle: (datagram) => (seen.push('first'), datagram[0] === 1) },
      { handle: (datagram) => (seen.push('second'), datagram[0] === 2) },
    );
    demux.receive(Uint8Array.of(1), FROM);
    await clock.advance(1);
    expect(seen.splice(0)).toEqual(['first']);
    demux.receive(Uint8Array.of(2), FROM);
    await clock.advance(1);
    expect(seen.splice(0)).toEqual(['first', 'second']);
    demux.receive(Uint8Array.of(3), FROM);
    await clock.advance(1);
    expect(seen.splice(0)).toEqual(['first', 'second', 'not-a-packet']);
  });

  it('drops what the first refuses where there is no second, or its queue of 100 is full', () => {
    const reasons: string[] = [];
    const demux = new Demux(new VirtualClock(), (reason) => reasons.push(reason));
    demux.receive(new Uint8Array(1), FROM);
    expect(reasons).toEqual(['not-a-packet']);
    demux.attach({ handle: () => false }, { handle: () => true });
    for (let i = 0; i < 101; i++) demux.receive(new Uint8Array(1), FROM);
    expect(reasons).toEqual(['not-a-packet', 'queue-full']);
  });

  it('leaves no timer and hands nothing on once stopped', async () => {
    const clock = new VirtualClock();
    let handled = 0;
    const demux = new Demux(clock, () => undefined);
    demux.attach({ handle: () => false }, { handle: () => ++handled > 0 });
    demux.receive(new Uint8Array(1), FROM);
    demux.stop();
    await clock.advance(10);
    expect([handled, clock.pendingTimers]).toEqual([0, 0]);
  });
});
