/** Codec of JSON-RPC. @see https://www.jsonrpc.org/specification */
import { RpcError } from './errors.ts';

/** Longest text of a client's error that is kept, characters. */
const MAX_ERROR_TEXT = 200;
/** BOUNDED: characters of it that are read. */
const MAX_READ_TEXT = 16_384;
/** Error code of a method that the client does not offer. */
const METHOD_NOT_FOUND = -32_601;

/** A call. */
export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What came of a call; `result` is not validated. */
export type RpcOutcome =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: Error };

/** A part of an answer that belongs to a call; `id` is null where the client could not name the call. */
export interface RpcReply {
  readonly id: number | null;
  readonly result: unknown;
  readonly error: { readonly code: number; readonly message: string } | undefined;
}

/** What a client sends of itself for a subscription. */
export interface RpcNotice {
  readonly subscription: string;
  readonly result: unknown;
}

/** The JSON text of a call. */
export function encodeCall(id: number, { method, params }: RpcCall): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/**
 * The value of a JSON text.
 * @throws RpcError `rpc-answer-malformed`
 */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RpcError('rpc-answer-malformed', { detail: 'it is not JSON' }, { cause });
  }
}

/**
 * The replies in an answer, which is one or an array of them. What is no reply is left out.
 * @param conceal hides our credentials in the text of an error, which may quote what the client was sent
 */
export function repliesOf(
  answer: unknown,
  conceal: (text: string) => string = (text) => text,
): readonly RpcReply[] {
  const values: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  return values.flatMap((value) => replyOf(value, conceal) ?? []);
}

/** About the size of replies, bytes of JSON: their hex texts, which are nearly all of it. */
export function sizeOfReplies(replies: readonly RpcReply[]): number {
  const sizeOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);
  return replies.reduce((sum, { result }) => {
    const values: readonly unknown[] = Array.isArray(result) ? result : [result];
    return values.reduce<number>((size, value) => size + sizeOf(value), sum);
  }, 0);
}

/** The notice in a message; undefined where it is none. */
export function noticeOf(message: unknown): RpcNotice | undefined {
  if (!isObject(message) || message['method'] !== 'eth_subscription' || !isObject(message['params']))
    return undefined;
  const { subscription, result } = message['params'];
  return typeof subscription === 'string' ? { subscription, result } : undefined;
}

/** The outcome of a call with its reply. */
export function outcomeOf(method: string, reply: RpcReply): RpcOutcome {
  if (reply.error === undefined) return { ok: true, result: reply.result };
  const { code, message } = reply.error;
  return { ok: false, error: new RpcError('rpc-refused', { method, rpcCode: code, detail: message }) };
}

/** The words of a client for a refused call; undefined where the call failed otherwise. */
export function refusalOf(error: Error): { readonly code: number; readonly message: string } | undefined {
  if (!(error instanceof RpcError) || error.code !== 'rpc-refused') return undefined;
  return { code: Number(error.params['rpcCode']), message: String(error.params['detail']) };
}

/** Whether an error says that the client does not offer the method, or not to us. */
export function isNotOffered(error: Error): boolean {
  const refusal = refusalOf(error);
  if (refusal === undefined) return false;
  // Besu answers -32604 "Method not enabled"; geth and Erigon -32601 "the method … does not exist/is not available".
  return (
    refusal.code === METHOD_NOT_FOUND ||
    /method not (found|enabled|supported)|does not exist\/is not available/i.test(refusal.message)
  );
}

function replyOf(value: unknown, conceal: (text: string) => string): RpcReply | undefined {
  if (!isObject(value)) return undefined;
  const { id, result, error } = value;
  const isId = id === null || id === undefined || Number.isSafeInteger(id);
  if (!isId || (result === undefined && error == null)) return undefined;
  const known = typeof id === 'number' ? id : null;
  return { id: known, result, error: error == null ? undefined : errorOf(error, conceal) };
}

function errorOf(error: unknown, conceal: (text: string) => string): { code: number; message: string } {
  const fields: Readonly<Record<string, unknown>> = isObject(error) ? error : {};
  const { code, message } = fields;
  return {
    code: typeof code === 'number' && Number.isSafeInteger(code) ? code : 0,
    message: typeof message === 'string' ? plain(conceal(message.slice(0, MAX_READ_TEXT))) : 'no message',
  };
}

/** A client's text on one line. */
function plain(text: string): string {
  return text
    .slice(0, MAX_ERROR_TEXT)
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
