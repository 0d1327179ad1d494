import { describeError } from '../leaf/errors.ts';
import type { Logger } from '../leaf/runtime.ts';

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
export class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
  }
}

/** A method: positional parameters in, a JSON value out. Throws RpcError, or any error for code -32000. */
export type RpcMethod = (params: readonly unknown[]) => unknown;

interface Call {
  readonly id: string | number | null | undefined;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Answers one request body. */
export interface RpcDispatcher {
  /** @returns the answer as a JSON value; undefined when the body held notifications alone */
  answer(body: unknown): Promise<unknown>;
}

/** A dispatcher over a closed table of methods. */
export function createDispatcher(methods: ReadonlyMap<string, RpcMethod>, logger: Logger): RpcDispatcher {
  const one = async (value: unknown): Promise<unknown> => {
    const call = callOf(value);
    if (call === undefined) return failure(idOf(value) ?? null, RPC_CODES.invalidRequest, 'invalid request');
    try {
      const method = methods.get(call.method);
      if (method === undefined) {
        throw new RpcError(
          RPC_CODES.methodNotFound,
          `the method ${call.method.slice(0, 64)} does not exist/is not available`,
        );
      }
      const result = await method(call.params);
      return call.id === undefined ? undefined : { jsonrpc: '2.0', id: call.id, result: result ?? null };
    } catch (error) {
      const code = error instanceof RpcError ? error.code : RPC_CODES.failed;
      logger.debug('an RPC call failed', { method: call.method, reason: describeError(error) });
      return call.id === undefined ? undefined : failure(call.id, code, describeError(error));
    }
  };
  return {
    async answer(body) {
      if (!Array.isArray(body)) return one(body);
      if (body.length === 0) return failure(null, RPC_CODES.invalidRequest, 'empty batch');
      if (body.length > MAX_BATCH) return failure(null, RPC_CODES.invalidRequest, 'batch too large');
      const answers: unknown[] = [];
      for (const call of body as unknown[]) {
        const answer = await one(call);
        if (answer !== undefined) answers.push(answer);
      }
      return answers.length === 0 ? undefined : answers;
    },
  };
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
