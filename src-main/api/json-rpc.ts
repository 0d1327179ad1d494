import { describeError, EnodeckError } from '../leaf/errors.ts';
import type { Logger, Unsubscribe } from '../leaf/runtime.ts';

/** JSON-RPC 2.0 error codes (https://www.jsonrpc.org/specification#error_object); -32000 is geth's default. */
export const RPC_CODES = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  failed: -32_000,
} as const;

/** Calls in one batch, at most. */
const MAX_BATCH = 100;

/** A call that was refused, with the code that its answer carries. */
export class RpcError extends EnodeckError<'refused-call'> {
  /** One of RPC_CODES. */
  readonly rpcCode: number;

  constructor(rpcCode: number, message: string, options?: ErrorOptions) {
    super('api', 'refused-call', message, options);
    this.rpcCode = rpcCode;
  }
}

/** A method: positional parameters in, a JSON value out. Throws RpcError, or any error for code -32000. */
export type RpcMethod = (params: readonly unknown[]) => unknown;

interface Call {
  readonly id: string | number | null | undefined;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Begins to tell what happens, each time with one JSON value; the returned function ends it. */
export type RpcFeed = (notify: (result: unknown) => void) => Unsubscribe;

/** The end of a connection that can carry notifications. */
export interface RpcSubscriber {
  /**
   * @param namespace what the notifications' method begins with
   * @returns the subscription's ID. @throws RpcError when there are too many
   */
  subscribe(namespace: string, feed: RpcFeed): string;
  /** False when there is no such subscription. */
  unsubscribe(id: string): boolean;
}

/** Answers one request body. */
export interface RpcDispatcher {
  /**
   * @param subscriber of the connection that the body came over; undefined where there can be no notifications
   * @returns the answer as a JSON value; undefined when the body held notifications alone
   */
  answer(body: unknown, subscriber?: RpcSubscriber): Promise<unknown>;
}

/** All that can be called and subscribed to. */
export interface RpcTable {
  /** By `namespace_name`. */
  readonly methods: ReadonlyMap<string, RpcMethod>;
  /** By `namespace_name`: `admin_subscribe ["peerEvents"]` is `admin_peerEvents`. */
  readonly feeds: ReadonlyMap<string, RpcFeed>;
}

/** A dispatcher over a closed table of methods; how a subscription is asked for and named is geth's (rpc/handler.go). */
export function createDispatcher({ methods, feeds }: RpcTable, logger: Logger): RpcDispatcher {
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
  const one = async (value: unknown, subscriber: RpcSubscriber | undefined): Promise<unknown> => {
    const call = callOf(value);
    if (call === undefined) return failure(idOf(value) ?? null, RPC_CODES.invalidRequest, 'invalid request');
    try {
      const result = await run(call, subscriber);
      return call.id === undefined ? undefined : { jsonrpc: '2.0', id: call.id, result: result ?? null };
    } catch (error) {
      const code = error instanceof RpcError ? error.rpcCode : RPC_CODES.failed;
      logger.debug('an RPC call failed', { method: call.method, reason: describeError(error) });
      return call.id === undefined ? undefined : failure(call.id, code, describeError(error));
    }
  };
  return {
    async answer(body, subscriber) {
      if (!Array.isArray(body)) return one(body, subscriber);
      if (body.length === 0) return failure(null, RPC_CODES.invalidRequest, 'empty batch');
      if (body.length > MAX_BATCH) return failure(null, RPC_CODES.invalidRequest, 'batch too large');
      const answers: unknown[] = [];
      for (const call of body as unknown[]) {
        const answer = await one(call, subscriber);
        if (answer !== undefined) answers.push(answer);
      }
      return answers.length === 0 ? undefined : answers;
    },
  };
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
    const words = `no ${JSON.stringify(name.slice(0, 64))} subscription in ${namespace.slice(0, 64)} namespace`;
    throw new RpcError(RPC_CODES.methodNotFound, words);
  }
  if (rest.length > 0) throw new RpcError(RPC_CODES.invalidParams, 'too many arguments, want at most 1');
  return subscriber.subscribe(namespace, feed);
}

function unsubscribe([id]: readonly unknown[], subscriber: RpcSubscriber | undefined): true {
  if (typeof id !== 'string') {
    throw new RpcError(RPC_CODES.invalidParams, 'missing value for required argument 0');
  }
  if (subscriber?.unsubscribe(id) === true) return true;
  throw new RpcError(RPC_CODES.failed, 'subscription not found');
}

/** An error answer; `id` is null when the request's own could not be read. */
export function failure(id: string | number | null, code: number, message: string): object {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

function idOf(value: unknown): string | number | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  return typeof value.id === 'string' || typeof value.id === 'number' ? value.id : undefined;
}

function callOf(value: unknown): Call | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { jsonrpc, id, method, params } = value as Record<string, unknown>;
  if (jsonrpc !== '2.0' || typeof method !== 'string') return undefined;
  if (id !== undefined && id !== null && typeof id !== 'string' && typeof id !== 'number') return undefined;
  if (params !== undefined && params !== null && !Array.isArray(params)) return undefined;
  return { id, method, params: (params as unknown[] | null | undefined) ?? [] };
}
