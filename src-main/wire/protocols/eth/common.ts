/** What several messages of eth and snap share. */
import { message, type MessageSchema } from '../../message-schema.ts';
import { fixed, uint, type Schema } from '../../schema.ts';

/** Largest number of items in one list of a message: more than a message of 10 MiB can hold of the shortest items in use. */
export const MAX_ITEMS = 1_048_576;
/** Longest byte string: the message's own limit of 16 MiB. */
export const MAX_BYTES = 0xff_ffff;

/** A keccak-256 hash. */
export const hash: Schema<Uint8Array> = fixed(32, 'hash');
/** An address of an account. */
export const address: Schema<Uint8Array> = fixed(20, 'address');
/** A request ID (EIP-2481). */
export const requestId: Schema<bigint> = uint(64);

/** A message that begins with a request ID. */
export interface WithId {
  readonly requestId: bigint;
}

/** Code and words of a request or an answer; the summary leaves out the request ID. */
interface ExchangeOptions<Value extends WithId> {
  readonly code: number;
  readonly schema: Schema<Value>;
  readonly summary: (value: Value) => string;
}

/** Defines a request. */
export function request<Value extends WithId>(
  name: string,
  { code, schema, summary, answer: answerName }: ExchangeOptions<Value> & { readonly answer: string },
): MessageSchema {
  return message(name, {
    code,
    schema,
    role: { kind: 'request', answer: answerName },
    summary: (value) => `#${String(value.requestId)} ${summary(value)}`,
    requestId: (value) => value.requestId,
  });
}

/** Defines an answer. */
export function answer<Value extends WithId>(
  name: string,
  { code, schema, summary, request: requestName }: ExchangeOptions<Value> & { readonly request: string },
): MessageSchema {
  return message(name, {
    code,
    schema,
    role: { kind: 'answer', request: requestName },
    summary: (value) => `#${String(value.requestId)}, ${summary(value)}`,
    requestId: (value) => value.requestId,
  });
}

/** A bloom filter over logs. */
export const bloom: Schema<Uint8Array> = fixed(256, 'bytes256', showBloom);

function showBloom(bytes: Uint8Array): string {
  return `${String(countBits(bytes))} of 2,048 bits set`;
}

/** Number of bits that are set. */
export function countBits(bytes: Uint8Array): number {
  let bits = 0;
  for (const byte of bytes) for (let rest = byte; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}
