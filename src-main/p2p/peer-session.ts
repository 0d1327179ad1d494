import type { SessionFigures } from '../../shared/model/peer.ts';
import type { EndCode } from '../../shared/causes/catalogue.ts';
import { DISCONNECT_REASONS } from '../../shared/causes/disconnect-reasons.ts';
import type { CauseParams } from '../../shared/causes/facts.ts';
import { endSentence } from '../../shared/causes/sentences.ts';
import { bytesToHex } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import type { SocketAddress } from '../base/network.ts';
import type { Clock, Logger, Timer } from '../base/runtime.ts';
import { disconnectReasonOf, offenceInSession } from '../causes/policy.ts';
import { nodeIdOf } from '../node-record/node-id.ts';
import type { RlpxConnection } from '../rlpx/connection.ts';
import { RlpxError } from '../rlpx/errors.ts';
import type { FrameMessage } from '../rlpx/frame-codec.ts';
import type { Direction, EndCause, EventSink } from '../events/events.ts';
import { BaseProtocol } from './base-protocol.ts';
import { BASE_PROTOCOL_LENGTH, capabilityText, negotiate, type Negotiated } from './capabilities.ts';
import { encodeDisconnect } from './disconnect-reason.ts';
import { ComposedRequests, type ComposedEnd, type ComposedMessage } from './composed-requests.ts';
import { endingOf, localCause, remoteCause } from './end-cause.ts';
import { ChannelClosedError, ProtocolError } from './errors.ts';
import type { HelloConnection } from './hello.ts';
import type { LatencyRecord } from './latency.ts';
import type { MessageClass, MessageLabel } from './message-class.ts';
import { BASE_PROTOCOL, baseMessageLabel, P2P_CODES, type Hello } from './messages.ts';
import type { Protocol, ProtocolState } from './protocol.ts';
import { printable } from './printable.ts';
import { ReadPause } from './read-pause.ts';
import { SendQueue, type OutgoingMessage } from './send-queue.ts';
import { labelOf, SessionProtocols, type RunningProtocol } from './session-protocols.ts';
import { SessionTraffic, type TrafficView } from './session-traffic.ts';

/** Time in which protocols may process messages that arrived before a Disconnect, milliseconds: one turn is enough. */
const UNREAD_GRACE_MS = 1;

/** Options of a session. */
export interface SessionOptions {
  readonly clock: Clock;
  readonly events: EventSink;
  readonly logger: Logger;
}

/** Starts a session with all shared protocols. It takes ownership of the connection. */
export function startSession(
  hello: HelloConnection,
  protocols: readonly Protocol[],
  options: SessionOptions,
): PeerSession {
  return new PeerSession(hello, protocols, options);
}

/**
 * A peer after Hello: the base protocol, the outbound queue, the limits, the counters and the end of the session.
 * Emits `peer/message`, `peer/limited` and `peer/offence`; its owner emits the events of connecting and
 * disconnecting.
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
  /** Client name of Hello without control characters. */
  readonly clientName: string;
  /** All capabilities of the peer's Hello, `eth/69`. */
  readonly capabilities: readonly string[];
  /** The running protocols, `eth/69`, in the order of their message codes. */
  readonly negotiated: readonly string[];
  /** Start of the session, Unix milliseconds. */
  readonly connectedAt: number;
  /** Resolves with the cause when the session has ended and its socket has closed. Never rejects. */
  readonly closed: Promise<EndCause>;
  /** After all handshakes: their details, `eth/69 · fork 07c9462e`; undefined when the session ends before. Never rejects. */
  readonly established: Promise<string | undefined>;
  /** Messages and bytes so far. */
  readonly traffic: TrafficView;
  /** Round-trip times of our pings. */
  readonly latency: LatencyRecord;
  /** Requests that a person composed. */
  readonly composed: ComposedRequests;

  readonly #startedAt: number;
  readonly #connection: RlpxConnection;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #protocols: SessionProtocols;
  readonly #queue: SendQueue;
  readonly #traffic: SessionTraffic;
  readonly #base: BaseProtocol;
  readonly #readPause: ReadPause;
  #resolveClosed: (cause: EndCause) => void = () => undefined;
  #resolveEstablished: (detail: string | undefined) => void = () => undefined;
  #cause: EndCause | undefined;
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
    this.traffic = this.#traffic;
    this.composed = new ComposedRequests(options.clock);
    this.#base = new BaseProtocol({
      clock: options.clock,
      composed: this.composed,
      send: (message) => {
        this.#send('control', message);
      },
      onDisconnect: (received) => {
        this.#endAfterUnread(remoteCause(received, this.stage), received.wire);
      },
    });
    this.latency = this.#base.latency;
    this.#queue = this.#createQueue();
    this.#readPause = new ReadPause({
      clock: options.clock,
      connection,
      isFull: () => this.#protocols.areFull,
    });
    this.#protocols = this.#createProtocols(negotiate(protocols, remoteHello.capabilities));
    this.negotiated = this.#protocols.labels;
    connection.tap?.negotiated((code) => this.#protocols.labelOf(code), this.clientName);
    this.#start();
  }

  /** Age of the session by the monotonic clock, milliseconds. */
  get ageMs(): number {
    return Math.round(this.#clock.monotonic() - this.#startedAt);
  }

  /** Bytes received since the encryption handshake, including framing. */
  get bytesIn(): number {
    return this.#connection.bytesIn;
  }

  /** Bytes sent since the encryption handshake, including framing. */
  get bytesOut(): number {
    return this.#connection.bytesOut;
  }

  /** Bytes in the outbound queues: uncompressed messages and encrypted frames. */
  get queuedBytes(): number {
    return this.#queue.bytes + this.#connection.queuedBytes;
  }

  /** The figures of the session so far. */
  get figures(): SessionFigures {
    return { limited: this.#traffic.limited, droppedOut: this.#queue.dropped };
  }

  /** Pings immediately, in addition to the periodic pings. */
  ping(): void {
    this.#base.pingNow();
  }

  /** `status` until all protocol handshakes are complete. */
  get stage(): 'status' | 'running' {
    return this.#protocols.areEstablished ? 'running' : 'status';
  }

  /** Why the session has ended; undefined while it runs. Set before the socket has closed. */
  get endCause(): EndCause | undefined {
    return this.#cause;
  }

  /** State published by the protocol of this name (`eth`); undefined when it does not run or has published none. */
  state(protocolName: string): ProtocolState | undefined {
    return this.#protocols.state(protocolName);
  }

  /**
   * Ends the session with a Disconnect message that has the reason of the code.
   * @param params the facts of the code
   * @returns the cause that the session ended with, when its socket has closed
   */
  disconnect(code: EndCode, params?: CauseParams): Promise<EndCause> {
    this.#end(localCause(code, this.stage, params), DISCONNECT_REASONS[disconnectReasonOf(code)].wire);
    return this.closed;
  }

  /**
   * Sends a message that a person composed, and waits for its answer, which the protocol does not see. Never rejects.
   * @returns undefined when the protocol does not run, its handshake is not complete, or the session has ended
   * @throws RangeError for a code that the protocol does not have
   */
  compose(message: ComposedMessage): Promise<ComposedEnd> | undefined {
    if (this.#cause !== undefined) return undefined;
    if (message.protocol === BASE_PROTOCOL) return this.#base.compose(message);
    const running = this.#protocols.byLabel(message.protocol);
    if (running?.channel.isEstablished !== true) return undefined;
    const end = this.composed.open(message);
    this.#sendFor(running, message.code, message.payload);
    return end;
  }

  #createProtocols(negotiated: readonly Negotiated<Protocol>[]): SessionProtocols {
    const { idHex, publicKey, clientName, direction, remote } = this;
    return new SessionProtocols(negotiated, {
      peer: { idHex, publicKey, clientName, direction, remote },
      clock: this.#clock,
      logger: this.#logger,
      isCongested: () => this.#queue.congested,
      send: (running, code, payload) => {
        this.#sendFor(running, code, payload);
      },
      ready: () => this.#queue.ready(),
      onPressure: () => {
        this.#readPause.update();
      },
      onEstablished: (detail) => {
        if (this.#cause === undefined) this.#resolveEstablished(detail);
      },
      onFailure: (error) => {
        this.#fail(error);
      },
      report: (offence, detail) => {
        this.#traffic.offend(offence, detail);
      },
    });
  }

  #createQueue(): SendQueue {
    return new SendQueue({
      clock: this.#clock,
      isRecorded: () => this.#connection.tap?.isOn === true,
      isCongested: () => this.#connection.congested,
      drained: () => this.#connection.drained(),
      transmit: (message) => {
        this.#transmit(message);
      },
      onDropped: ({ code, label, payload }) => {
        this.#traffic.dropped(label);
        this.#connection.tap?.notSent(code, payload, 'send-queue-full');
      },
      onOverflow: () => {
        const overflow = new RlpxError('outbound-overflow');
        this.#end(endingOf(overflow, this.stage).cause, undefined);
      },
    });
  }

  #start(): void {
    this.#protocols.start();
    this.#connection.consume({
      onMessage: (message) => {
        this.#receive(message);
      },
      onEnd: (error) => {
        const { cause, reason } = endingOf(error, this.stage);
        this.#endAfterUnread(cause, reason === undefined ? undefined : DISCONNECT_REASONS[reason].wire);
      },
    });
    if (this.#cause === undefined) this.#base.start();
  }

  #fail(error: unknown): void {
    if (this.#cause !== undefined || this.#endTimer !== undefined || error instanceof ChannelClosedError)
      return;
    if (!(error instanceof ProtocolError)) {
      this.#logger.error('A protocol failed', { id: this.idHex, error: describeError(error) });
    }
    const { cause, reason } = endingOf(error, this.stage);
    this.#end(cause, DISCONNECT_REASONS[reason ?? 'subprotocol-error'].wire);
  }

  #receive(message: FrameMessage): void {
    if (this.#cause !== undefined || this.#endTimer !== undefined) {
      this.#connection.tap?.dropped('after-the-end');
      return;
    }
    const { code } = message;
    if (code < BASE_PROTOCOL_LENGTH) {
      // Disconnect has no limit: it must always be processed.
      const kind = code === P2P_CODES.disconnect ? undefined : 'control';
      if (this.#admit(message, kind, baseMessageLabel(code))) this.#base.receive(code, message.payload);
      return;
    }
    const running = this.#protocols.byCode(code);
    if (running === undefined) {
      this.#fail(new ProtocolError('invalid-message-code', { messageCode: code }, { stage: this.stage }));
      return;
    }
    const label = labelOf(running, code - running.offset);
    if (!this.#admit(message, running.protocol.classOf?.(label.code), label)) return;
    if (this.composed.take(running.label, label.code, message.payload)) return;
    running.channel.deliver({ code: label.code, payload: message.payload });
  }

  /** Counts a message and applies the limits of its class. @returns whether it is delivered */
  #admit(message: FrameMessage, kind: MessageClass | undefined, label: MessageLabel): boolean {
    const { isDropped, pauseMs } = this.#traffic.received(message, kind, label);
    // Who hears of an offence can end the session.
    const isOver = this.#cause !== undefined;
    if (pauseMs > 0 && !isOver) this.#readPause.pauseFor(pauseMs);
    if (isDropped) this.#connection.tap?.dropped('message-rate-limit');
    else if (isOver) this.#connection.tap?.dropped('after-the-end');
    return !isDropped && !isOver;
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

  #transmit({ code, payload, label, queuedAt }: OutgoingMessage): void {
    if (this.#cause !== undefined) return;
    let bytes: number;
    try {
      bytes = this.#connection.send(code, payload, queuedAt);
    } catch {
      // The connection is ending; its consumer gets the error.
      return;
    }
    this.#traffic.sent(code, label, { size: payload.length, bytes });
  }

  /**
   * Ends the session because of the peer, after the protocols have processed the messages before it. Status and the
   * Disconnect that it explains often arrive together.
   */
  #endAfterUnread(cause: EndCause, wireReason: number | undefined): void {
    // Nothing is sent any more, so that no protocol waits for a turn or for room while it has unread messages.
    this.#queue.close();
    this.#endTimer ??= this.#clock.after(UNREAD_GRACE_MS, () => {
      this.#end(cause, wireReason);
    });
  }

  #end(cause: EndCause, wireReason: number | undefined): void {
    if (this.#cause !== undefined) return;
    const final = this.#protocols.explainEnd(cause);
    if (wireReason !== undefined) this.#queue.transmitControl();
    this.#cause = final;
    this.#base.stop();
    this.#readPause.stop();
    this.#endTimer?.cancel();
    this.#queue.close();
    this.#protocols.close();
    this.composed.close();
    this.#resolveEstablished(undefined);
    const offence = offenceInSession(final);
    if (offence !== undefined) this.#traffic.offend(offence, endSentence(final));
    void this.#close(wireReason).then(() => {
      this.#resolveClosed(final);
    });
  }

  #close(wireReason: number | undefined): Promise<void> {
    if (wireReason === undefined) return this.#connection.close();
    const payload = encodeDisconnect(wireReason);
    const before = this.#connection.bytesOut;
    const closed = this.#connection.close({ code: P2P_CODES.disconnect, payload });
    // A connection that has ended already sends nothing.
    const bytes = this.#connection.bytesOut - before;
    if (bytes > 0) this.#traffic.sentDisconnect({ size: payload.length, bytes });
    return closed;
  }
}
