import { describe, expect, it, vi } from 'vitest';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import type { ByteStream } from '../../../src-main/base/network.ts';
import { createConnectionHandshakes, type HandshakeParts } from '../../../src-main/server/handshakes.ts';
import { silentLogger } from '../../support/silent-logger.ts';

describe('the connection handshakes', () => {
  it('accept pre-EIP-8 handshakes only while the setting is on', async () => {
    const secureInbound = vi
      .fn<HandshakeParts['steps']['secureInbound']>()
      .mockRejectedValue(new Error('end'));
    let accepted = false;
    const handshakes = createConnectionHandshakes({
      steps: { secureInbound } as unknown as HandshakeParts['steps'],
      privateKey: new Uint8Array(32),
      hello: () => {
        throw new Error('not reached');
      },
      protocols: [],
      acceptPreEip8: () => accepted,
      clock: systemClock,
      random: systemRandom,
      events: { emit: () => undefined },
      logger: silentLogger,
    });
    const stream = {} as ByteStream;
    await expect(handshakes.secureInbound(stream)).rejects.toThrow('end');
    accepted = true;
    await expect(handshakes.secureInbound(stream)).rejects.toThrow('end');
    expect(secureInbound.mock.calls.map(([, options]) => options.acceptPreEip8)).toEqual([false, true]);
  });
});
