import type { EndCause } from '../events/events.ts';
import { capabilityText, type Negotiated } from './capabilities.ts';
import { ProtocolError } from './errors.ts';
import type { MessageLabel } from './message-class.ts';
import type { Protocol, ProtocolState } from './protocol.ts';
import { SessionChannel, type ChannelHost } from './session-channel.ts';

/** A protocol that runs on a session. */
export interface RunningProtocol extends Negotiated<Protocol> {
  /** Name and version, `eth/69`. */
  readonly label: string;
  readonly channel: SessionChannel;
}

/** The members of a session that its protocols use. A protocol that returns fails with a ProtocolError `protocol-ended`. */
export interface SessionProtocolsHost extends Omit<ChannelHost, 'send' | 'onEstablished'> {
  /** Queues a message; `code` is relative to the protocol. */
  send(running: RunningProtocol, code: number, payload: Uint8Array): void;
  /** All protocol handshakes are complete; `detail` as in `PeerSession.established`. */
  onEstablished(detail: string): void;
}

/**
 * The negotiated protocols of one session, in the order of their message codes. Creates a channel for each, runs them,
 * and finds the protocol of a message.
 */
export class SessionProtocols {
  readonly #host: SessionProtocolsHost;
  /** BOUNDED: at most one for each protocol name of ours. */
  readonly #running: readonly RunningProtocol[];

  constructor(negotiated: readonly Negotiated<Protocol>[], host: SessionProtocolsHost) {
    this.#host = host;
    this.#running = negotiated.map((item) => this.#prepare(item));
  }

  /** Labels of the protocols, `eth/69`. */
  get labels(): readonly string[] {
    return this.#running.map(({ label }) => label);
  }

  /** Whether the handshake of every protocol is complete. */
  get areEstablished(): boolean {
    return this.#running.every(({ channel }) => channel.isEstablished);
  }

  /** Whether a protocol has so many unread messages that the session must stop reading. */
  get areFull(): boolean {
    return this.#running.some(({ channel }) => channel.isFull());
  }

  /** The protocol to which a message code on the wire belongs; undefined when it belongs to none. */
  byCode(code: number): RunningProtocol | undefined {
    return this.#running.find(({ protocol, offset }) => code >= offset && code < offset + protocol.length);
  }

  /** The protocol with this name, of any version; undefined when it does not run. */
  byName(name: string): RunningProtocol | undefined {
    return this.#running.find(({ protocol }) => protocol.name === name);
  }

  /** The protocol with this name and version, `eth/69`; undefined when it does not run. */
  byLabel(label: string): RunningProtocol | undefined {
    return this.#running.find((running) => running.label === label);
  }

  /** Label of a message code on the wire, for the recording. */
  labelOf(wireCode: number): MessageLabel {
    const running = this.byCode(wireCode);
    if (running !== undefined) return labelOf(running, wireCode - running.offset);
    return { protocol: 'unknown', name: `Message ${String(wireCode)}`, code: wireCode };
  }

  /** State that the protocol with this name has published; undefined when there is none. */
  state(name: string): ProtocolState | undefined {
    return this.byName(name)?.channel.state;
  }

  /** Runs every protocol. */
  start(): void {
    for (const running of this.#running) this.#run(running);
  }

  /** A more specific cause that a protocol knows for the end of the session; else `cause`. */
  explainEnd(cause: EndCause): EndCause {
    for (const { channel } of this.#running) {
      const explained = channel.state?.explainEnd?.(cause);
      if (explained !== undefined) return explained;
    }
    return cause;
  }

  /** Closes all channels. */
  close(): void {
    for (const { channel } of this.#running) channel.close();
  }

  #prepare(negotiated: Negotiated<Protocol>): RunningProtocol {
    const host = this.#host;
    const { protocol, offset } = negotiated;
    const label = capabilityText(protocol);
    const channel = new SessionChannel({
      peer: host.peer,
      clock: host.clock,
      logger: host.logger.child(label),
      isCongested: () => host.isCongested(),
      send: (code, payload) => {
        host.send(running, code, payload);
      },
      ready: () => host.ready(),
      onPressure: () => {
        host.onPressure();
      },
      onEstablished: () => {
        this.#reportEstablished();
      },
      report: (offence, detail) => {
        host.report(offence, detail);
      },
      onFailure: (error) => {
        host.onFailure(error);
      },
    });
    const running: RunningProtocol = { protocol, offset, label, channel };
    return running;
  }

  #run({ protocol, label, channel }: RunningProtocol): void {
    protocol.run(channel).then(
      () => {
        this.#host.onFailure(new ProtocolError('protocol-ended', { protocol: label }));
      },
      (error: unknown) => {
        this.#host.onFailure(error);
      },
    );
  }

  #reportEstablished(): void {
    if (!this.areEstablished) return;
    const texts = this.#running.map(({ label, channel: { detail } }) =>
      detail === undefined ? label : `${label} · ${detail}`,
    );
    this.#host.onEstablished(texts.join(', '));
  }
}

/** Label of a message of a running protocol; `code` is relative to the protocol. */
export function labelOf({ protocol, label }: RunningProtocol, code: number): MessageLabel {
  return { protocol: label, name: protocol.messageName(code), code };
}
