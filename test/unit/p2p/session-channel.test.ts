import { beforeEach, describe, expect, it } from 'vitest';
import { SessionChannel } from '../../../src-main/p2p/session-channel.ts';
import { heldBytes } from '../../support/memory.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let pressure: number;
let channel: SessionChannel;

beforeEach(() => {
  pressure = 0;
  channel = new SessionChannel({
    peer: {
      idHex: '00'.repeat(32),
      publicKey: new Uint8Array(64),
      clientName: 'peer',
      direction: 'inbound',
      remote: { ip: '127.0.0.1', port: 1 },
    },
    clock: new VirtualClock(),
    logger: silentLogger,
    isCongested: () => false,
    send: () => undefined,
    ready: () => Promise.resolve(),
    onPressure: () => pressure++,
    onEstablished: () => undefined,
    report: () => undefined,
    onFailure: () => undefined,
  });
});

describe('the channel of a protocol', () => {
  it('delivers messages in order', async () => {
    for (const code of [1, 2, 3]) channel.deliver({ code, payload: new Uint8Array(1) });
    const codes = [await channel.receive(), await channel.receive(), await channel.receive()];
    expect(codes.map(({ code }) => code)).toEqual([1, 2, 3]);
  });

  it('reports its close once, also to a listener that comes later', () => {
    const closes: string[] = [];
    channel.onClose(() => closes.push('replaced'));
    channel.onClose(() => closes.push('before'));
    channel.close();
    channel.close();
    channel.onClose(() => closes.push('after'));
    expect(closes).toEqual(['before', 'after']);
  });

  it('reports pressure when it is full, and when it has room again', async () => {
    for (let code = 0; code < 256; code++) channel.deliver({ code, payload: new Uint8Array(1) });
    expect(channel.isFull()).toBe(true);
    expect(pressure).toBe(1);
    await channel.receive();
    expect(channel.isFull()).toBe(false);
    expect(pressure).toBe(2);
  });

  it('releases received messages, also if it is never empty', async () => {
    const payload = (): Uint8Array => new Uint8Array(100_000);
    channel.deliver({ code: 0, payload: payload() });
    const before = heldBytes();
    for (let code = 1; code < 1_000; code++) {
      channel.deliver({ code, payload: payload() });
      await channel.receive();
    }
    expect(heldBytes() - before).toBeLessThan(5_000_000);
    expect(channel.isFull()).toBe(false);
  });
});
