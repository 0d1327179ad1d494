import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { RecoveryPool, type Recovery } from '../../src-main/base/recovery-pool.ts';
import { recoveryThreads } from '../../src-main/base/recovery-thread.ts';
import { generatePrivateKey } from '../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import {
  decodePacket,
  encodePacket,
  envelopeFault,
  readPacket,
  signedPart,
} from '../../src-main/discovery/v4/packet.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { rate } from './rate.ts';
import type { Figure } from './rows.ts';

/** The figure of the recovery pool. */
export const THREADS_FIGURE = {
  name: 'discv4 decode, threads',
  what: 'a signed ping, read and its signer recovered by the pool; the others on one thread',
  unit: 'packets/s',
  better: 'higher',
  budget: { geth: 1.2 },
} as const satisfies Figure;

/** Packets without a key, as many as the shared lane queues. */
const IN_FLIGHT = 512;

/** Reads pings with the pool and without it. */
export class ThreadsContestant {
  readonly #pool: RecoveryPool;
  readonly #datagram: Uint8Array;

  private constructor(pool: RecoveryPool, datagram: Uint8Array) {
    this.#pool = pool;
    this.#datagram = datagram;
  }

  /** Starts the threads. */
  static async open(): Promise<ThreadsContestant> {
    const open = recoveryThreads();
    if (open === undefined) throw new Error('the recovery worker is not built');
    const processors = availableParallelism();
    const pool = new RecoveryPool({ clock: systemClock, logger: silentLogger, open, processors });
    pool.overloaded();
    while (!pool.isOn) await pause(10);
    const endpoint = { ip: '127.0.0.1', udp: 30_303, tcp: 30_303 };
    const expiration = Math.floor(Date.now() / 1000) + 3_600;
    const { datagram } = encodePacket(
      { type: 'ping', version: 4, from: endpoint, to: endpoint, expiration, enrSeq: 1n },
      generatePrivateKey(systemRandom),
    );
    return new ThreadsContestant(pool, datagram);
  }

  /** Packets a second on this thread alone. */
  alone(seconds: number): Promise<number> {
    return rate(seconds, () => decodePacket(this.#datagram));
  }

  /** Packets a second with the pool, in order. */
  async pooled(seconds: number): Promise<number> {
    const waiting: Recovery[] = [];
    const start = performance.now();
    const end = start + seconds * 1000;
    let done = 0;
    await new Promise<void>((resolve) => {
      const forget = this.#pool.onRecovered(() => {
        while (waiting[0] !== undefined && waiting[0].result !== 'pending') {
          if (!(waiting.shift()?.result instanceof Uint8Array)) throw new Error('the key was not recovered');
          done += 1;
        }
        if (performance.now() < end) this.#fill(waiting);
        else if (waiting.length === 0) {
          forget();
          resolve();
        }
      });
      this.#fill(waiting);
    });
    return (done * 1000) / (performance.now() - start);
  }

  close(): Promise<void> {
    return this.#pool.stop();
  }

  #fill(waiting: Recovery[]): void {
    while (waiting.length < IN_FLIGHT) {
      if (envelopeFault(this.#datagram) !== undefined) throw new Error('the packet is wrong');
      readPacket(this.#datagram);
      const recovery = this.#pool.take(signedPart(this.#datagram));
      if (recovery === undefined) return;
      waiting.push(recovery);
    }
  }
}
