import { utf8ToBytes } from '../base/bytes.ts';
import { describeError, EnodeckError } from '../base/errors.ts';
import type { Clock, Logger, Unsubscribe } from '../base/runtime.ts';
import { Slices } from '../base/slices.ts';
import { failureText, readRpcBody, successText, type RpcMessage } from './rpc-message.ts';

/**
 * JSON-RPC 2.0 error codes (https://www.jsonrpc.org/specification#error_object); -32000 is geth's default, -32003 its
 * errcodeResponseTooLarge (rpc/errors.go).
 */
export const RPC_CODES = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  failed: -32_000,
  responseTooLarge: -32_003,
} as const;

/** BOUNDED: calls of a batch (geth node/defaults.go BatchRequestLimit). */
const BATCH_REQUEST_LIMIT = 1_000;
/** Size of a batch's answers above which its further calls are refused, bytes (geth BatchResponseMaxSize). */
const BATCH_RESPONSE_MAX_SIZE = 25_000_000;

/** A refused call with the JSON-RPC code of its answer. */
export class RpcError extends EnodeckError<'refused-call'> {
  /** One of RPC_CODES. */
  readonly rpcCode: number;

  constructor(rpcCode: number, message: string, options?: ErrorOptions) {
    super('api', 'refused-call', message, options);
    this.rpcCode = rpcCode;
  }
}

/** A method: takes positional parameters, returns a JSON value. Throws RpcError, or any other error for code -32000. */
export type RpcMethod = (params: readonly unknown[]) => unknown;

interface Call {
  /** Undefined for a notification. */
  readonly idText: string | undefined;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Starts a subscription, which calls `notify` with one JSON value per event. @returns a function that ends it */
export type RpcFeed = (notify: (result: unknown) => void) => Unsubscribe;

/** Subscriptions of a connection that supports notifications. */
export interface RpcSubscriber {
  /**
   * @param namespace prefix of the method of the notifications
   * @returns the ID of the subscription. @throws RpcError when there are too many
   */
  subscribe(namespace: string, feed: RpcFeed): string;
  /** False when there is no such subscription. */
  unsubscribe(id: string): boolean;
}

/** Answers request bodies. */
export interface RpcDispatcher {
  /**
   * @param body JSON text; other text gets a parse error
   * @param subscriber of the connection; undefined when it does not support notifications
   * @returns the answer as JSON text; undefined when the body contains only notifications
   */
  answer(body: string, subscriber?: RpcSubscriber): Promise<string | undefined>;
}

/** All methods and subscriptions. */
export interface RpcTable {
  /** By `namespace_name`. */
  readonly methods: ReadonlyMap<string, RpcMethod>;
  /** By `namespace_name`: `admin_subscribe ["peerEvents"]` selects `admin_peerEvents`. Gets the arguments after the name. */
  readonly feeds: ReadonlyMap<string, (params: readonly unknown[]) => RpcFeed>;
}

/** Creates a dispatcher for a fixed table of methods. Subscriptions work as in geth (rpc/handler.go). */
export function createRpcDispatcher(
  { methods, feeds }: RpcTable,
  logger: Logger,
  clock: Clock,
): RpcDispatcher {
  const run = (call: Call, subscriber: RpcSubscriber | undefined): unknown => {
    const [, namespace = '', act] = /^(.*)_(subscribe|unsubscribe)$/.exec(call.method) ?? [];
    if (act === 'subscribe') return subscribe(feeds, namespace, call.params, subscriber);
    if (act === 'unsubscribe') return unsubscribe(call.params, subscriber);
    const method = methods.get(call.method);
    if (method !== undefined) return method(call.params);
    throw new RpcError(
      RPC_CODES.methodNotFound,
      `the method ${call.method.slice(0, 64)} does not exist/is not available`,
    );
  };
  const one = async (
    message: RpcMessage,
    subscriber: RpcSubscriber | undefined,
  ): Promise<string | undefined> => {
    const call = callOf(message);
    if (call === undefined)
      return failureText(idOf(message) ?? 'null', RPC_CODES.invalidRequest, 'invalid request');
    try {
      const result = await run(call, subscriber);
      return call.idText === undefined ? undefined : successText(call.idText, result);
    } catch (error) {
      const code = error instanceof RpcError ? error.rpcCode : RPC_CODES.failed;
      logger.debug('an RPC call failed', { method: call.method, reason: describeError(error) });
      return call.idText === undefined ? undefined : failureText(call.idText, code, describeError(error));
    }
  };
  return {
    async answer(text, subscriber) {
      const body = readRpcBody(text);
      if (body === undefined) return failureText('null', RPC_CODES.parse, 'parse error');
      const { isBatch, messages } = body;
      const [first] = messages;
      if (first === undefined) return failureText('null', RPC_CODES.invalidRequest, 'empty batch');
      return isBatch ? batch(messages, clock, (message) => one(message, subscriber)) : one(first, subscriber);
    },
  };
}

/** Answers the calls of a batch in sequence and in slices, with the limits of geth (rpc/handler.go handleBatch). */
async function batch(
  messages: readonly RpcMessage[],
  clock: Clock,
  one: (message: RpcMessage) => Promise<string | undefined>,
): Promise<string | undefined> {
  if (messages.length > BATCH_REQUEST_LIMIT) {
    const call = messages.find((message) => callOf(message)?.idText !== undefined);
    return `[${failureText(call?.idText ?? 'null', RPC_CODES.invalidRequest, 'batch too large')}]`;
  }
  const slices = new Slices(clock);
  const answers: string[] = [];
  let size = 0;
  for (const message of messages) {
    const answer = size > BATCH_RESPONSE_MAX_SIZE ? tooLarge(message) : await one(message);
    if (answer === undefined) continue;
    answers.push(answer);
    size += utf8ToBytes(answer).length;
    await slices.next();
  }
  return answers.length === 0 ? undefined : `[${answers.join(',')}]`;
}

/** Returns the refusal of a call that was not run because the previous answers are too large; undefined for a notification. */
function tooLarge(message: RpcMessage): string | undefined {
  const call = callOf(message);
  if (call !== undefined && call.idText === undefined) return undefined;
  return failureText(idOf(message) ?? 'null', RPC_CODES.responseTooLarge, 'response too large');
}

function subscribe(
  feeds: RpcTable['feeds'],
  namespace: string,
  [name, ...rest]: readonly unknown[],
  subscriber: RpcSubscriber | undefined,
): string {
  if (subscriber === undefined) throw new RpcError(RPC_CODES.methodNotFound, 'notifications not supported');
  if (typeof name !== 'string') {
    throw new RpcError(RPC_CODES.invalidParams, 'expected subscription name as first argument');
  }
  const feed = feeds.get(`${namespace}_${name}`);
  if (feed === undefined) {
    const reason = `no ${JSON.stringify(name.slice(0, 64))} subscription in ${namespace.slice(0, 64)} namespace`;
    throw new RpcError(RPC_CODES.methodNotFound, reason);
  }
  return subscriber.subscribe(namespace, feed(rest));
}

function unsubscribe([id]: readonly unknown[], subscriber: RpcSubscriber | undefined): true {
  if (typeof id !== 'string') {
    throw new RpcError(RPC_CODES.invalidParams, 'missing value for required argument 0');
  }
  if (subscriber?.unsubscribe(id) === true) return true;
  throw new RpcError(RPC_CODES.failed, 'subscription not found');
}

/** Returns the text of a valid ID: a string, a number or null. */
function idOf({ value, idText }: RpcMessage): string | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  const isValid = value.id === null || typeof value.id === 'string' || typeof value.id === 'number';
  return isValid ? idText : undefined;
}

function callOf(message: RpcMessage): Call | undefined {
  const { value } = message;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { jsonrpc, id, method, params } = value as Record<string, unknown>;
  if (jsonrpc !== '2.0' || typeof method !== 'string') return undefined;
  const idText = idOf(message);
  if (id !== undefined && idText === undefined) return undefined;
  if (params !== undefined && params !== null && !Array.isArray(params)) return undefined;
  return { idText, method, params: (params as unknown[] | null | undefined) ?? [] };
}
