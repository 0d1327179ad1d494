/** How the stages report what crosses a connection, for the recording. Nothing is copied unless `isOn`. */
import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { FrameFault, RecordTiming } from '../../shared/model/recording.ts';
import type { SocketAddress } from '../base/network.ts';
import type { Direction, EndCause } from './events.ts';

/** Protocol of a message (`p2p`, `eth/69`), its name, and its code relative to the protocol. */
export interface TappedLabel {
  readonly protocol: string;
  readonly name: string;
  readonly code: number;
}

/** A message or packet as it crossed the connection. */
export interface TappedMessage {
  readonly direction: 'in' | 'out';
  /** Decompressed; a view that the tap copies. */
  readonly payload: Uint8Array;
  /** On the wire, bytes. */
  readonly wireBytes: number;
  /** Of the payload as Snappy compressed it; null without compression. */
  readonly compressedBytes: number | null;
  /** Null where it is not measured. */
  readonly timing: RecordTiming | null;
}

/** A frame that could not be read, and what was decrypted of it; a view that the tap copies. */
export interface TappedFault extends FrameFault {
  readonly payload: Uint8Array;
}

/** One connection, from its first handshake packet to its end. */
export interface ConnectionTap {
  /** Whether anything of this connection is recorded now. The other methods do nothing otherwise. */
  readonly isOn: boolean;
  /** A message; `wireCode` counts over all protocols of the connection. */
  message(wireCode: number, message: TappedMessage): void;
  /** auth or ack of the encryption handshake; the payload is the decrypted RLP list without its padding. */
  handshake(name: 'auth' | 'ack', message: TappedMessage): void;
  /** A frame that could not be read. */
  badFrame(code: CauseCode, reason: string, fault: TappedFault): void;
  /** The last received message was dropped. */
  dropped(code: CauseCode): void;
  /** A message was dropped before it was encrypted. */
  notSent(wireCode: number, payload: Uint8Array, code: CauseCode): void;
  /** The proven identity of the remote node: node ID, 64 hex digits. */
  identified(idHex: string): void;
  /** The session's protocols: labels of their message codes, and the client name of Hello. */
  negotiated(labelOf: (wireCode: number) => TappedLabel, clientName: string): void;
  /** The connection has ended. */
  ended(cause: EndCause): void;
}

/** Opens a tap for each connection. */
export interface TapSource {
  connection(direction: Direction, remote: SocketAddress): ConnectionTap;
  /** An inbound connection was closed before a byte was read. */
  refused(remote: SocketAddress, cause: EndCause): void;
}
