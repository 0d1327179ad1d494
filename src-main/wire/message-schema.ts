/** Schemas of whole messages, and the protocols that they belong to. */
import { formatNumber } from '../../shared/format.ts';
import type { DecodedMessage, WireJson, WireNode } from '../../shared/model/wire.ts';
import { decodeMessage, type Decoded } from './decode.ts';
import { COMPUTED } from './draft.ts';
import type { Kept } from './item.ts';
import { toJson } from './json.ts';
import { raw, type Schema } from './schema.ts';
import { hexToBytes } from '../base/bytes.ts';

/** How a request and its answer belong together. */
export type MessageRole =
  | { readonly kind: 'request'; readonly answer: string }
  | { readonly kind: 'answer'; readonly request: string }
  | { readonly kind: 'announcement' };

/** One message of a protocol version. */
export interface MessageSchema {
  /** Name in the specification. */
  readonly name: string;
  /** Relative to the protocol; the type byte of discovery. */
  readonly code: number;
  readonly role: MessageRole;
  readonly schema: Schema;
  /** Whether it has headers or transactions, whose hashes are computed. */
  readonly hasHashes: boolean;
  /** Decodes a payload that is text, in place of `schema`; absent for RLP. Never throws for bytes of any content. */
  readonly decodeText?: TextDecoding;
  /** One line without the message's name. */
  readonly summary: (value: unknown) => string;
  /** The request ID; undefined where the protocol has none. */
  readonly requestId: (value: unknown) => bigint | undefined;
}

/** Decodes a text; the value is its JSON. */
export type TextDecoding = (kept: Kept, name: string) => Decoded<WireJson>;

/** A protocol version: `eth/69`, `p2p/5`, `discv4`. */
export interface ProtocolSchema {
  readonly name: string;
  /** Number of message codes. */
  readonly length: number;
  readonly message: (code: number) => MessageSchema | undefined;
  readonly messages: readonly MessageSchema[];
}

/** Words and role of a message. */
interface MessageOptions<Value> {
  readonly code: number;
  readonly role?: MessageRole;
  readonly schema: Schema<Value>;
  readonly summary: (value: Value) => string;
  readonly requestId?: (value: Value) => bigint;
}

/** Defines a message; its summary is typed by its schema. */
export function message<Value>(name: string, options: MessageOptions<Value>): MessageSchema {
  const { code, role = { kind: 'announcement' }, schema, summary, requestId } = options;
  return {
    name,
    code,
    role,
    schema,
    hasHashes: derives(schema),
    // Both get the value that `schema` produced.
    summary: (value) => summary(value as Value),
    requestId: (value) => requestId?.(value as Value),
  };
}

function derives(schema: Schema): boolean {
  switch (schema.kind) {
    case 'list':
      return derives(schema.item);
    case 'struct':
      return schema.words.derive !== undefined || schema.fields.some(([, field]) => derives(field.schema));
    case 'choice':
      return schema.options.some(([, option]) => derives(option));
    case 'envelope':
      return schema.words.derive !== undefined || derives(schema.body);
    default:
      return false;
  }
}

/** Defines a message that is text. */
export function textMessage(
  name: string,
  options: Pick<MessageSchema, 'code' | 'role'> & {
    readonly decode: TextDecoding;
    readonly summary: (value: WireJson) => string;
  },
): MessageSchema {
  const { code, role, decode, summary } = options;
  return {
    ...{ name, code, role, schema: raw, hasHashes: false, decodeText: decode },
    // It gets the value that `decode` produced.
    summary: (value) => summary(value as WireJson),
    requestId: () => undefined,
  };
}

/** Defines a protocol version. */
export function protocol(name: string, length: number, messages: readonly MessageSchema[]): ProtocolSchema {
  const byCode = new Map(messages.map((one) => [one.code, one]));
  return { name, length, messages, message: (code) => byCode.get(code) };
}

/** Decodes a message for display. Never throws for bytes of any content. */
export function describeMessage(message: MessageSchema, kept: Kept): DecodedMessage {
  const { value, tree, fault } = decode(message, kept, true);
  if (fault !== null) return { tree, fault, summary: faultSummary(fault), json: null };
  return { tree, fault, summary: message.summary(value), json: jsonOf(message, value) };
}

/** The fields of a message, or why it has none; computes no hash and no sender. Never throws for bytes of any content. */
export function fieldsOf(message: MessageSchema, kept: Kept): Pick<DecodedMessage, 'json' | 'fault'> {
  const { value, fault } = decode(message, kept, false);
  return { json: fault === null ? jsonOf(message, value) : null, fault };
}

function decode({ schema, name, decodeText }: MessageSchema, kept: Kept, derive: boolean): Decoded<unknown> {
  return decodeText === undefined ? decodeMessage(schema, name, kept, { derive }) : decodeText(kept, name);
}

function jsonOf({ schema, decodeText }: MessageSchema, value: unknown): WireJson {
  return decodeText === undefined ? toJson(schema, value) : (value as WireJson);
}

/** The summary of a message, and whether it could not be decoded. Computes no hash and no sender. */
export function summarizeMessage(
  message: MessageSchema,
  kept: Kept,
): { readonly summary: string; readonly isBroken: boolean } {
  const { value, fault } = decode(message, kept, false);
  if (fault !== null) return { summary: faultSummary(fault), isBroken: fault.code !== 'not-kept' };
  return { summary: message.summary(value), isBroken: false };
}

/** "broken at byte 1,709: headers[3].mixHash has 31 bytes, 32 are required". */
function faultSummary({ code, offset, message }: NonNullable<DecodedMessage['fault']>): string {
  if (code === 'not-kept') return message;
  return `broken at byte ${formatNumber(offset)}: ${message}`;
}

/** The computed hashes of a message, those of headers and transactions, as far as it can be read. Computes no sender. */
export function computedHashes(message: MessageSchema, kept: Kept): readonly Uint8Array[] {
  if (!message.hasHashes) return [];
  const { tree } = decodeMessage(message.schema, message.name, kept, { derive: 'hashes' });
  return [...hashesIn(tree)].map(hexToBytes);
}

function* hashesIn({ note, value, children }: WireNode): Generator<string, void> {
  if (note === COMPUTED && value !== null) yield value;
  for (const child of children) yield* hashesIn(child);
}
