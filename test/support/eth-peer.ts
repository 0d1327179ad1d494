import { decodeEthMessage, encodeEthMessage, type EthMessage } from '../../src-main/eth/messages.ts';
import type { EthAnswer } from '../../src-main/eth/queries.ts';
import type { Status } from '../../src-main/eth/status.ts';
import type { EthVersion } from '../../src-main/eth/versions.ts';
import { BASE_PROTOCOL_LENGTH } from '../../src-main/p2p/capabilities.ts';
import { encodeDisconnect } from '../../src-main/p2p/disconnect-reason.ts';
import { P2P_CODES } from '../../src-main/p2p/messages.ts';
import type { PeerSession } from '../../src-main/p2p/peer-session.ts';
import type { Protocol } from '../../src-main/p2p/protocol.ts';
import type { RlpxConnection } from '../../src-main/rlpx/connection.ts';
import { RecordedEvents } from './recorded-events.ts';
import type { SeededRandom } from './seeded-random.ts';
import { openBarePeer } from './session-pair.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A peer of an eth session of ours; a test sends and reads its messages. */
export class EthPeer {
  readonly session: PeerSession;
  readonly #clock: VirtualClock;
  readonly #events: RecordedEvents;
  readonly #raw: RlpxConnection;
  readonly #version: EthVersion;

  private constructor(
    { session, raw }: { session: PeerSession; raw: RlpxConnection },
    version: EthVersion,
    clock: VirtualClock,
    events: RecordedEvents,
  ) {
    this.session = session;
    this.#clock = clock;
    this.#events = events;
    this.#raw = raw;
    this.#version = version;
  }

  /** Connects to a session with our protocols, and accepts our Status unless `exchangeStatus` is false. */
  static async connect(
    protocols: readonly Protocol[],
    version: EthVersion,
    world: {
      readonly clock: VirtualClock;
      readonly random: SeededRandom;
      readonly exchangeStatus?: boolean;
    },
  ): Promise<EthPeer> {
    const { clock, random, exchangeStatus = true } = world;
    const events = new RecordedEvents();
    const opened = await clock.runUntil(openBarePeer(protocols, { clock, random, events }));
    const peer = new EthPeer(opened, version, clock, events);
    if (exchangeStatus) peer.send(await peer.read());
    return peer;
  }

  send(message: EthMessage): void {
    const { code, payload } = encodeEthMessage(this.#version, message);
    this.sendRaw(code, payload);
  }

  sendRaw(code: number, payload: Uint8Array): void {
    this.#raw.send(BASE_PROTOCOL_LENGTH + code, payload);
  }

  ping(): void {
    this.#raw.send(P2P_CODES.ping, Uint8Array.of(0xc0));
  }

  destroy(): void {
    this.#raw.destroy();
  }

  disconnect(reason: number): void {
    this.#raw.send(P2P_CODES.disconnect, encodeDisconnect(reason));
  }

  /** Its offences, oldest first. */
  offences(): readonly string[] {
    return this.#events.of('peer/offence').map(({ offence }) => offence);
  }

  /** Reads the next eth message that we sent; skips messages of the base protocol. */
  async read(): Promise<EthMessage> {
    for (;;) {
      const { code, payload } = await this.#clock.runUntil(this.#raw.read());
      if (code >= BASE_PROTOCOL_LENGTH)
        return decodeEthMessage(this.#version, code - BASE_PROTOCOL_LENGTH, payload);
    }
  }

  /** Reads our next answers. They may overtake each other, so they are returned in the order of their request IDs. */
  async readAnswers(count: number): Promise<readonly EthAnswer[]> {
    const answers: EthAnswer[] = [];
    while (answers.length < count) answers.push((await this.read()) as EthAnswer);
    return answers.sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
  }

  /** Reads until our Pong; returns the number of eth messages before it. */
  async readPong(): Promise<number> {
    for (let others = 0; ; others++) {
      const { code } = await this.#clock.runUntil(this.#raw.read());
      if (code === P2P_CODES.pong) return others;
    }
  }

  /** Reads our Status. */
  async readStatus(): Promise<Status> {
    const message = await this.read();
    if (message.name !== 'Status') throw new Error('Status expected');
    return message.status;
  }
}
