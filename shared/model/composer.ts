/** Requests that a person composes, as the window and the API exchange them. Times in milliseconds, payloads as hex without 0x. */
import type { WireFormField, WireJson } from './wire.ts';

/** A request that can be composed. */
export interface ComposerMessage {
  readonly name: string;
  /** Relative to the protocol; the type byte of discovery. */
  readonly code: number;
  /** Name of the answer. */
  readonly answer: string;
  /** Fields without those that the node fills: the request ID, its own endpoint, the expiration. */
  readonly fields: readonly WireFormField[];
  /** Values to start from. */
  readonly initial: { readonly [name: string]: WireJson };
}

/** A protocol of a node, with its requests. */
export interface ComposerProtocol {
  /** `eth/69`, `snap/1`, `discv4`, `discv5`. */
  readonly protocol: string;
  /** Whether bytes may be sent as they are; only on a session. */
  readonly allowsRaw: boolean;
  readonly messages: readonly ComposerMessage[];
}

/** What can be sent to a node now. */
export interface ComposerTarget {
  readonly id: string;
  /** Name from the node lists, or the client name; null for none. */
  readonly name: string | null;
  readonly isConnected: boolean;
  /** Whether it is static or trusted: then raw bytes need a second confirmation. */
  readonly isListed: boolean;
  /** Empty when nothing can be sent. */
  readonly protocols: readonly ComposerProtocol[];
  /** Why nothing can be sent; null when something can. */
  readonly refusal: string | null;
}

/** A composed message: typed fields, or raw bytes. */
export interface ComposerInput {
  /** Node ID, enode URL or record. */
  readonly node: string;
  readonly protocol: string;
  readonly code: number;
  /** Fields of the message; null for raw bytes. */
  readonly fields: { readonly [name: string]: unknown } | null;
  /** Payload as hex digits; null for fields. */
  readonly raw: string | null;
}

/** The bytes of a message before it is sent. */
export interface ComposerPreview {
  /** Null for discovery, whose packets are encoded when they are sent. */
  readonly payload: string | null;
  readonly plainBytes: number | null;
  /** With compression and the frame. */
  readonly wireBytes: number | null;
  /** Decimal; null where the message has none. */
  readonly requestId: string | null;
}

/** What a composed message led to. */
export interface ComposerResult {
  /** `sent`: the message has no answer. `ended`: the session ended first. */
  readonly outcome: 'answered' | 'timeout' | 'ended' | 'sent';
  /** Decimal; null where the message has none. */
  readonly requestId: string | null;
  /** Records of the message and of its answer; null when nothing was recorded. */
  readonly requestSeq: number | null;
  readonly answerSeq: number | null;
  readonly latencyMs: number | null;
  /** One line about the answer; null without one. */
  readonly summary: string | null;
  /** The answer in JSON; null without one, or when it could not be decoded. */
  readonly answer: WireJson | null;
}
