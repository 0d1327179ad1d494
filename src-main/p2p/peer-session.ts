import { bytesToHex } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import type { SocketAddress } from '../base/network.ts';
import type { Clock, Logger, Timer } from '../base/runtime.ts';
import { nodeIdOf } from '../node-record/node-id.ts';
import type { RlpxConnection } from '../rlpx/connection.ts';
import { RlpxError } from '../rlpx/errors.ts';
import type { FrameMessage } from '../rlpx/frame-codec.ts';
import type { Direction, EndCause, EventSink } from '../events/events.ts';
import { BASE_PROTOCOL_LENGTH, capabilityText, negotiate, type Negotiated } from './capabilities.ts';
import {
  decodeDisconnect,
  DISCONNECT_REASONS,
  encodeDisconnect,
  type DisconnectReason,
} from './disconnect-reason.ts';
import { endingOf, localCause, remoteCause } from './end-cause.ts';
import { ChannelClosedError, ProtocolError } from './errors.ts';
import type { HelloConnection } from './hello.ts';
import type { LatencyRecord } from './latency.ts';
import type { MessageClass, MessageLabel } from './message-class.ts';
import type { MessageCounter } from './message-counters.ts';
import { baseMessageLabel, EMPTY_LIST_PAYLOAD, P2P_CODES, type Hello } from './messages.ts';
import { offenceOf } from './offences.ts';
import { Pinger } from './pinger.ts';
import type { ChannelPeer, Protocol, ProtocolState } from './protocol.ts';
import { SendQueue, type OutgoingMessage } from './send-queue.ts';
import { SessionChannel } from './session-channel.ts';
import { SessionTraffic } from './session-traffic.ts';

/** Protocols get this long for what came before a Disconnect: they only need their turn. */
const UNREAD_GRACE_MS = 1;

/** What a session needs beside its connection. */
export interface SessionOptions {
  readonly clock: Clock;
  readonly events: EventSink;
  readonly logger: Logger;
}

/** Begins the session: starts every protocol that both sides have. The session owns the connection from here on. */
export function startSession(
  hello: HelloConnection,
  protocols: readonly Protocol[],
  options: SessionOptions,
): PeerSession {
  return new PeerSession(hello, protocols, options);
}

/** A protocol that runs on a session. */
interface RunningProtocol extends Negotiated<Protocol> {
  readonly label: string;
  readonly channel: SessionChannel;
}

/**
 * A peer that has passed Hello: its protocols, its pings, its queue, its limits, its counters and its end.
 * It emits `peer/message`, `peer/limited` and `peer/offence`; that it came and went is its owner's to say.
 */
export class PeerSession {
  /** Node ID, 64 hex digits. */
  readonly idHex: string;
  /** Static public key, 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly direction: Direction;
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  readonly remoteHello: Hello;
  /** The name that Hello gave, without control characters. */
  readonly clientName: string;
  /** Everything that the peer's Hello offers, `eth/69`. */
  readonly capabilities: readonly string[];
  /** The protocols that run, `eth/69`, in the order of their message codes. */
  readonly negotiated: readonly string[];
  /** When the session began, Unix milliseconds. */
  readonly connectedAt: number;
  /** Resolves with the cause when the session has ended and its socket has closed; never rejects. */
  readonly closed: Promise<EndCause>;
  /**
   * Resolves when every protocol's own handshake is done, with what they say of it: `eth/69 · fork 07c9462e`. Resolves
   * with undefined when the session ends before; never rejects.
   */
  readonly established: Promise<string | undefined>;

  readonly #startedAt: number;
  readonly #connection: RlpxConnection;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #running: readonly RunningProtocol[];
  readonly #queue: SendQueue;
  readonly #traffic: SessionTraffic;
  readonly #pinger: Pinger;
  #resolveClosed: (cause: EndCause) => void = () => undefined;
  #resolveEstablished: (detail: string | undefined) => void = () => undefined;
  #cause: EndCause | undefined;
  #pauseTimer: Timer | undefined;
  #endTimer: Timer | undefined;

  constructor(hello: HelloConnection, protocols: readonly Protocol[], options: SessionOptions) {
    const { connection, remoteHello } = hello;
    this.#connection = connection;
    this.#clock = options.clock;
    this.publicKey = connection.remotePublicKey;
    this.idHex = bytesToHex(nodeIdOf(this.publicKey));
    this.#logger = options.logger.child('p2p');
    this.direction = connection.direction;
    this.remote = connection.remote;
    this.local = connection.local;
    this.remoteHello = remoteHello;
    this.clientName = printable(remoteHello.clientName);
    this.capabilities = remoteHello.capabilities.map((capability) => printable(capabilityText(capability)));
    this.connectedAt = options.clock.now();
    this.#startedAt = options.clock.monotonic();
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.established = new Promise((resolve) => {
      this.#resolveEstablished = resolve;
    });
    this.#traffic = new SessionTraffic(options.clock, options.events, {
      idHex: this.idHex,
      ip: this.remote.ip,
    });
    this.#pinger = new Pinger(options.clock, () => {
      this.#sendBase(P2P_CODES.ping);
    });
    this.#queue = this.#createQueue();
    this.#running = negotiate(protocols, remoteHello.capabilities).map((negotiated) =>
      this.#prepare(negotiated),
    );
    this.negotiated = this.#running.map(({ label }) => label);
    this.#start();
  }

  /** Time since the session began, milliseconds; a wall clock that is set changes nothing in it. */
  get ageMs(): number {
    return Math.round(this.#clock.monotonic() - this.#startedAt);
  }

  /** Bytes received and sent since the encryption handshake, framing and all. */
  get bytesIn(): number {
    return this.#connection.bytesIn;
  }

  get bytesOut(): number {
    return this.#connection.bytesOut;
  }

  /** Bytes that wait to be sent, not compressed yet or framed already. */
  get queuedBytes(): number {
    return this.#queue.bytes + this.#connection.queuedBytes;
  }

  /** Announcements that were dropped because the peer does not read fast enough. */
  get droppedOut(): number {
    return this.#queue.dropped;
  }

  /** Messages of the peer above its rate limits. */
  get limited(): number {
    return this.#traffic.limited;
  }

  /** Round trips of our pings. */
  get latency(): LatencyRecord {
    return this.#pinger.latency;
  }

  /** When a message last came and went, Unix milliseconds. */
  get lastInAt(): number {
    return this.#traffic.lastInAt;
  }

  get lastOutAt(): number {
    return this.#traffic.lastOutAt;
  }

  /** Pings at once, besides the pings from time to time. */
  ping(): void {
    this.#pinger.pingNow();
  }

  /** `status` until every protocol's own handshake is done. */
  get stage(): 'status' | 'running' {
    return this.#running.every(({ channel }) => channel.isEstablished) ? 'running' : 'status';
  }

  /** Why the session has ended; undefined while it lives. Known before the socket has closed. */
  get endCause(): EndCause | undefined {
    return this.#cause;
  }

  /** What was sent and received so far, by message. */
  get messages(): readonly MessageCounter[] {
    return this.#traffic.messages;
  }

  /** What the protocol of that name shows of itself, `eth`; undefined when it does not run or shows nothing. */
  state(protocolName: string): ProtocolState | undefined {
    return this.#running.find(({ protocol }) => protocol.name === protocolName)?.channel.state;
  }

  /**
   * Ends the session with a Disconnect. Code and message say why, where the reason alone does not.
   * @returns the cause that the session ended with, when its socket has closed
   */
  disconnect(
    reason: DisconnectReason,
    detail: { readonly code?: string; readonly message?: string } = {},
  ): Promise<EndCause> {
    this.#end(localCause(reason, this.stage, detail), DISCONNECT_REASONS[reason].wire);
    return this.closed;
  }

  /**
   * Sends a message of a protocol that runs, in its class: for those who speak to many peers at once.
   * @param protocolName `eth`, whatever its version
   * @param code relative to the protocol
   * @returns false when the protocol does not run, or the session has ended
   */
  send(protocolName: string, code: number, payload: Uint8Array): boolean {
    const running = this.#running.find(({ protocol }) => protocol.name === protocolName);
    if (running === undefined || this.#cause !== undefined) return false;
    this.#sendFor(running, code, payload);
    return true;
  }

  #prepare(negotiated: Negotiated<Protocol>): RunningProtocol {
    const { protocol, offset } = negotiated;
    const label = capabilityText(protocol);
    const channel = new SessionChannel({
      peer: this.#channelPeer(),
      clock: this.#clock,
      logger: this.#logger.child(label),
      isCongested: () => this.#queue.congested,
      send: (code, payload) => {
        this.#sendFor(running, code, payload);
      },
      ready: () => this.#queue.ready(),
      onPressure: () => {
        this.#balance();
      },
      onEstablished: () => {
        this.#noteEstablished();
      },
      report: (offence, detail) => {
        this.#traffic.offend(offence, detail);
      },
    });
    const running: RunningProtocol = { protocol, offset, label, channel };
    return running;
  }

  #createQueue(): SendQueue {
    return new SendQueue({
      clock: this.#clock,
      isCongested: () => this.#connection.congested,
      drained: () => this.#connection.drained(),
      transmit: (message) => {
        this.#transmit(message);
      },
      onDropped: ({ label }) => {
        this.#traffic.dropped(label);
      },
      onOverflow: () => {
        const overflow = new RlpxError('outbound-overflow', 'More waits to be sent than the session holds');
        this.#end(endingOf(overflow, this.stage).cause, undefined);
      },
    });
  }

  #channelPeer(): ChannelPeer {
    const { idHex, publicKey, clientName, direction, remote } = this;
    return { idHex, publicKey, clientName, direction, remote };
  }

  #noteEstablished(): void {
    if (this.#cause !== undefined || this.stage !== 'running') return;
    const texts = this.#running.map(({ label, channel: { detail } }) =>
      detail === undefined ? label : `${label} · ${detail}`,
    );
    this.#resolveEstablished(texts.join(', '));
  }

  #start(): void {
    for (const running of this.#running) this.#run(running);
    this.#connection.consume({
      onMessage: (message) => {
        this.#receive(message);
      },
      onEnd: (error) => {
        this.#queue.close();
        const { cause, reason } = endingOf(error, this.stage);
        this.#endAfterUnread(cause, reason === undefined ? undefined : DISCONNECT_REASONS[reason].wire);
      },
    });
    if (this.#cause === undefined) this.#pinger.start();
  }

  #run({ protocol, label, channel }: RunningProtocol): void {
    protocol.run(channel).then(
      () => {
        this.#fail(
          new ProtocolError('protocol-ended', `${label} ended by itself`, { reason: 'client-quitting' }),
        );
      },
      (error: unknown) => {
        this.#fail(error);
      },
    );
  }

  #fail(error: unknown): void {
    if (this.#cause !== undefined || this.#endTimer !== undefined || error instanceof ChannelClosedError)
      return;
    if (!(error instanceof ProtocolError)) {
      this.#logger.error('A protocol failed', { peer: this.idHex, error: describeError(error) });
    }
    const { cause, reason } = endingOf(error, this.stage);
    this.#end(cause, DISCONNECT_REASONS[reason ?? 'subprotocol-error'].wire);
  }

  #receive(message: FrameMessage): void {
    if (this.#cause !== undefined || this.#endTimer !== undefined) return;
    const { code } = message;
    if (code < BASE_PROTOCOL_LENGTH) {
      // A Disconnect is heard whatever came before it.
      const kind = code === P2P_CODES.disconnect ? undefined : 'control';
      if (this.#admit(message, kind, baseMessageLabel(code))) this.#receiveBase(code, message.payload);
      return;
    }
    const running = this.#running.find(
      ({ protocol, offset }) => code >= offset && code < offset + protocol.length,
    );
    if (running === undefined) {
      const text = `Message code ${String(code)} belongs to no protocol of this session`;
      this.#fail(
        new ProtocolError('invalid-message-code', text, { reason: 'breach-of-protocol', stage: this.stage }),
      );
      return;
    }
    const label = labelOf(running, code - running.offset);
    if (this.#admit(message, running.protocol.classOf?.(label.code), label))
      running.channel.deliver({ code: label.code, payload: message.payload });
  }

  /** Counts a message and holds it to the limits of its class. @returns whether it is handed on */
  #admit(message: FrameMessage, kind: MessageClass | undefined, label: MessageLabel): boolean {
    const { isDropped, pauseMs } = this.#traffic.received(message, kind, label);
    if (pauseMs > 0) this.#pause(pauseMs);
    return !isDropped;
  }

  #pause(ms: number): void {
    this.#pauseTimer ??= this.#clock.after(ms, () => {
      this.#pauseTimer = undefined;
      this.#balance();
    });
    this.#balance();
  }

  #receiveBase(code: number, payload: Uint8Array): void {
    switch (code) {
      case P2P_CODES.ping:
        this.#sendBase(P2P_CODES.pong);
        return;
      case P2P_CODES.pong:
        this.#pinger.receivePong();
        return;
      case P2P_CODES.disconnect: {
        const received = decodeDisconnect(payload);
        this.#endAfterUnread(remoteCause(received, this.stage), received.wire);
        return;
      }
      default:
        return;
    }
  }

  #sendBase(code: number): void {
    this.#send('control', { code, payload: EMPTY_LIST_PAYLOAD, label: baseMessageLabel(code) });
  }

  #sendFor(running: RunningProtocol, code: number, payload: Uint8Array): void {
    const { protocol, offset } = running;
    const label = labelOf(running, code);
    if (code >= protocol.length) throw new RangeError(`${label.protocol} has no message ${String(code)}`);
    this.#send(protocol.classOf?.(code) ?? 'answer', { code: offset + code, payload, label });
  }

  #send(kind: MessageClass, message: OutgoingMessage): void {
    if (this.#cause === undefined) this.#queue.send(kind, message);
  }

  #transmit({ code, payload, label }: OutgoingMessage): void {
    if (this.#cause !== undefined) return;
    let bytes: number;
    try {
      bytes = this.#connection.send(code, payload);
    } catch {
      // The connection is ending; its consumer hears why.
      return;
    }
    this.#traffic.sent(code, label, { size: payload.length, bytes });
  }

  /** Reads on only while every protocol has room, and within the limits: a slow protocol slows its peer down. */
  #balance(): void {
    const isPaused = this.#pauseTimer !== undefined;
    if (isPaused || this.#running.some(({ channel }) => channel.isFull())) this.#connection.hold();
    else this.#connection.release();
  }

  /**
   * Ends the session over what the other side did, after protocols have had their turn with the messages that came
   * before it: a Status and the Disconnect that it explains often arrive together.
   */
  #endAfterUnread(cause: EndCause, wireReason: number | undefined): void {
    this.#endTimer ??= this.#clock.after(UNREAD_GRACE_MS, () => {
      this.#end(cause, wireReason);
    });
  }

  #end(cause: EndCause, wireReason: number | undefined): void {
    if (this.#cause !== undefined) return;
    const final = this.#explain(cause);
    this.#cause = final;
    this.#pinger.stop();
    this.#pauseTimer?.cancel();
    this.#endTimer?.cancel();
    this.#queue.close();
    for (const { channel } of this.#running) channel.close();
    this.#resolveEstablished(undefined);
    const offence = offenceOf(final);
    if (offence !== undefined) this.#traffic.offend(offence, final.message);
    void this.#close(wireReason).then(() => {
      this.#resolveClosed(final);
    });
  }

  #close(wireReason: number | undefined): Promise<void> {
    if (wireReason === undefined) return this.#connection.close();
    const payload = encodeDisconnect(wireReason);
    const bytes = payload.length;
    this.#traffic.sent(P2P_CODES.disconnect, baseMessageLabel(P2P_CODES.disconnect), { size: bytes, bytes });
    return this.#connection.close({ code: P2P_CODES.disconnect, payload });
  }

  #explain(cause: EndCause): EndCause {
    for (const { channel } of this.#running) {
      const truer = channel.state?.explainEnd?.(cause);
      if (truer !== undefined) return truer;
    }
    return cause;
  }
}

function labelOf({ protocol, label }: RunningProtocol, code: number): MessageLabel {
  return { protocol: label, name: protocol.messageName(code), code };
}

/** Hostile text without the characters that could move a cursor or reorder what is shown. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}
