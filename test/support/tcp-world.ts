import { expect } from 'vitest';
import type { ByteStream } from '../../src-main/base/network.ts';
import { MemoryNetwork } from './memory-network.ts';
import { P2pNode, type P2pNodeOptions } from './p2p-node.ts';
import { SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** P2P servers on a network in memory, in virtual time. */
export class TcpWorld {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock, { latencyMs: 20 });
  #seed = 0;

  /** A server at `ip`:30303, not started. */
  node(ip: string, options: P2pNodeOptions = {}): P2pNode {
    return new P2pNode({
      clock: this.clock,
      random: new SeededRandom(++this.#seed),
      ...this.network.host(ip),
      listenAt: [{ ip, port: 30303 }],
      dialing: { historyMs: 35_000 },
      ...options,
    });
  }

  /** A bare connection to port 30303. */
  async dial(from: string, to: string): Promise<ByteStream> {
    return await this.clock.runUntil(
      this.network.host(from).dialer.dial({ ip: to, port: 30303 }, { timeoutMs: 1_000 }),
    );
  }

  /**
   * A machine that relays every connection to `to`, and every chunk of the dialling side through `change`, which
   * gets the offset of the chunk in the stream.
   */
  async relay(
    ip: string,
    to: string,
    change: (chunk: Uint8Array, offset: number) => Uint8Array,
  ): Promise<void> {
    const host = this.network.host(ip);
    await host.listener.listen({ ip, port: 30303 }, (near) => {
      let offset = 0;
      void host.dialer.dial({ ip: to, port: 30303 }, { timeoutMs: 1_000 }).then(
        (far) => {
          near.onClose(() => {
            far.end();
          });
          far.onClose(() => {
            near.end();
          });
          far.onData((chunk) => {
            near.write(chunk);
          });
          near.onData((chunk) => {
            far.write(change(chunk.slice(), offset));
            offset += chunk.length;
          });
        },
        () => {
          near.destroy();
        },
      );
    });
  }

  /** Delivers the last packets and expects that no timer is left. */
  async expectNothingLeft(): Promise<void> {
    await this.clock.advance(100);
    expect(this.clock.pendingTimers).toBe(0);
  }
}
