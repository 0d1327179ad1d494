import { bytesToHex } from '../leaf/bytes.ts';
import { describeError } from '../leaf/errors.ts';
import type { SocketAddress } from '../leaf/network.ts';
import type { Clock, Logger, Timer } from '../leaf/runtime.ts';
import { nodeIdOf } from '../node-record/node-id.ts';
import type { RlpxConnection } from '../rlpx/connection.ts';
import type { FrameMessage } from '../rlpx/frame-codec.ts';
import type { Direction, EndCause, EventSink } from '../stats/events.ts';
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
import { LatencyRecord } from './latency.ts';
import { MessageCounters, type MessageCounter } from './message-counters.ts';
import { EMPTY_LIST_PAYLOAD, P2P_CODES, type Hello } from './messages.ts';
import type { ChannelPeer, Protocol, ProtocolState } from './protocol.ts';
import { SessionChannel } from './session-channel.ts';

/** Time between pings: go-ethereum p2p/peer.go, pingInterval. */
export const PING_INTERVAL_MS = 15_000;

/** The first ping comes sooner, so that a new peer's latency is known while somebody looks at it. */
const FIRST_PING_MS = 1_000;

/** Protocols get this long for what came before a Disconnect: they only need their turn. */
const UNREAD_GRACE_MS = 1;

const BASE_PROTOCOL_NAME = 'p2p';

/** Names of the base protocol's messages; other codes below BASE_PROTOCOL_LENGTH are ignored but counted. */
const BASE_MESSAGE_NAMES: readonly string[] = ['Hello', 'Disconnect', 'Ping', 'Pong'];

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
 * A peer that has passed Hello: its protocols, its pings, its counters and its end.
 * It emits `peer/message`; that it came and went is its owner's to say.
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
  readonly latency = new LatencyRecord();
  /** Resolves with the cause when the session has ended and its socket has closed; never rejects. */
  readonly closed: Promise<EndCause>;
  /** Resolves with true when every protocol's own handshake is done, with false when the session ends before that. */
  readonly established: Promise<boolean>;

  readonly #connection: RlpxConnection;
  readonly #clock: Clock;
  readonly #events: EventSink;
  readonly #logger: Logger;
  readonly #running: readonly RunningProtocol[];
  readonly #counters = new MessageCounters();
  #resolveClosed: (cause: EndCause) => void = () => undefined;
  #resolveEstablished: (isKept: boolean) => void = () => undefined;
  #cause: EndCause | undefined;
  #pingTimer: Timer | undefined;
  #pingSentAt: number | undefined;
  #endTimer: Timer | undefined;
  #lastInAt: number;
  #lastOutAt: number;

  constructor(hello: HelloConnection, protocols: readonly Protocol[], options: SessionOptions) {
    const { connection, remoteHello } = hello;
    this.#connection = connection;
    this.#clock = options.clock;
    this.#events = options.events;
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
    this.#lastInAt = this.connectedAt;
    this.#lastOutAt = this.connectedAt;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.established = new Promise((resolve) => {
      this.#resolveEstablished = resolve;
    });
    this.#running = negotiate(protocols, remoteHello.capabilities).map((negotiated) =>
      this.#prepare(negotiated),
    );
    this.negotiated = this.#running.map(({ label }) => label);
    this.#start();
  }

  /** Bytes received and sent since the encryption handshake, framing and all. */
  get bytesIn(): number {
    return this.#connection.bytesIn;
  }

  get bytesOut(): number {
    return this.#connection.bytesOut;
  }

  /** When a message last came and went, Unix milliseconds. */
  get lastInAt(): number {
    return this.#lastInAt;
  }

  get lastOutAt(): number {
    return this.#lastOutAt;
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
    return this.#counters.list();
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

  #prepare(negotiated: Negotiated<Protocol>): RunningProtocol {
    const { protocol, offset } = negotiated;
    const label = capabilityText(protocol);
    const channel = new SessionChannel({
      peer: this.#channelPeer(),
      clock: this.#clock,
      logger: this.#logger.child(label),
      isCongested: () => this.#connection.congested,
      send: (code, payload) => {
        this.#sendFor(running, code, payload);
      },
      ready: () => this.#connection.drained(),
      onPressure: () => {
        this.#balance();
      },
      onEstablished: () => {
        if (this.stage === 'running') this.#resolveEstablished(true);
      },
    });
    const running: RunningProtocol = { protocol, offset, label, channel };
    return running;
  }

  #channelPeer(): ChannelPeer {
    const { idHex, publicKey, clientName, direction, remote } = this;
    return { idHex, publicKey, clientName, direction, remote };
  }

  #start(): void {
    for (const running of this.#running) this.#run(running);
    this.#connection.consume({
      onMessage: (message) => {
        this.#receive(message);
      },
      onEnd: (error) => {
        const { cause, reason } = endingOf(error, this.stage);
        this.#endAfterUnread(cause, reason === undefined ? undefined : DISCONNECT_REASONS[reason].wire);
      },
    });
    if (this.#cause === undefined) this.#schedulePing(FIRST_PING_MS);
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
    this.#lastInAt = this.#clock.now();
    const { code, payload, wireBytes } = message;
    if (code < BASE_PROTOCOL_LENGTH) {
      this.#count(code, BASE_PROTOCOL_NAME, baseMessageName(code), 'in', wireBytes);
      this.#receiveBase(code, payload);
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
    const own = code - running.offset;
    this.#count(code, running.label, running.protocol.messageName(own), 'in', wireBytes);
    running.channel.deliver({ code: own, payload });
  }

  #receiveBase(code: number, payload: Uint8Array): void {
    switch (code) {
      case P2P_CODES.ping:
        // A peer that pings but does not read would make the queue grow.
        if (!this.#connection.congested) this.#sendBase(P2P_CODES.pong, EMPTY_LIST_PAYLOAD);
        return;
      case P2P_CODES.pong:
        this.#receivePong();
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

  #receivePong(): void {
    if (this.#pingSentAt === undefined) return;
    this.latency.add(this.#clock.monotonic() - this.#pingSentAt);
    this.#pingSentAt = undefined;
  }

  #schedulePing(delayMs: number): void {
    this.#pingTimer = this.#clock.after(delayMs, () => {
      this.#pingSentAt ??= this.#clock.monotonic();
      this.#sendBase(P2P_CODES.ping, EMPTY_LIST_PAYLOAD);
      if (this.#cause === undefined) this.#schedulePing(PING_INTERVAL_MS);
    });
  }

  #sendBase(code: number, payload: Uint8Array): void {
    this.#send(code, payload, BASE_PROTOCOL_NAME, baseMessageName(code));
  }

  #sendFor({ protocol, offset, label }: RunningProtocol, code: number, payload: Uint8Array): void {
    if (code >= protocol.length) throw new RangeError(`${label} has no message ${String(code)}`);
    this.#send(offset + code, payload, label, protocol.messageName(code));
  }

  #send(code: number, payload: Uint8Array, protocol: string, name: string): void {
    if (this.#cause !== undefined) return;
    let wireBytes: number;
    try {
      wireBytes = this.#connection.send(code, payload);
    } catch {
      // The connection is ending; its consumer hears why.
      return;
    }
    this.#lastOutAt = this.#clock.now();
    this.#count(code, protocol, name, 'out', wireBytes);
  }

  #count(code: number, protocol: string, name: string, direction: 'in' | 'out', bytes: number): void {
    this.#counters.count(code, { protocol, name }, direction, bytes);
    this.#events.emit({ type: 'peer/message', idHex: this.idHex, direction, protocol, name, bytes });
  }

  /** Reads on only while every protocol has room: one that is slow slows its peer down. */
  #balance(): void {
    if (this.#running.some(({ channel }) => channel.isFull())) this.#connection.hold();
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
    this.#pingTimer?.cancel();
    this.#endTimer?.cancel();
    for (const { channel } of this.#running) channel.close();
    this.#resolveEstablished(false);
    void this.#close(wireReason).then(() => {
      this.#resolveClosed(final);
    });
  }

  #close(wireReason: number | undefined): Promise<void> {
    if (wireReason === undefined) return this.#connection.close();
    const payload = encodeDisconnect(wireReason);
    this.#count(P2P_CODES.disconnect, BASE_PROTOCOL_NAME, 'Disconnect', 'out', payload.length);
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

function baseMessageName(code: number): string {
  return BASE_MESSAGE_NAMES[code] ?? `Reserved ${String(code)}`;
}

/** Hostile text without the characters that could move a cursor or reorder what is shown. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}
