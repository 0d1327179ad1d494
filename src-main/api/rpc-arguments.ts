import type { z } from 'zod';
import { ApiError } from './api-error.ts';
import { validated } from './validated.ts';
import { RPC_CODES, RpcError } from './json-rpc.ts';

/*
 * Positional arguments of JSON-RPC calls, refused in geth's words (rpc/json.go parsePositionalArguments).
 */

/** @throws RpcError when there are more than `most` */
export function assertCount(params: readonly unknown[], most: number): void {
  if (params.length > most) {
    throw new RpcError(RPC_CODES.invalidParams, `too many arguments, want at most ${String(most)}`);
  }
}

/** Returns the string argument at `index`. @throws RpcError when it is missing or not a string */
export function textAt(params: readonly unknown[], index: number): string {
  const value = optionalTextAt(params, index);
  if (value !== undefined) return value;
  throw new RpcError(RPC_CODES.invalidParams, `missing value for required argument ${String(index)}`);
}

/** Returns the string argument at `index`; undefined when it is missing. @throws RpcError when it is not a string */
export function optionalTextAt(params: readonly unknown[], index: number): string | undefined {
  const value = params[index];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new RpcError(RPC_CODES.invalidParams, `invalid argument ${String(index)}: it must be a string`);
}

/** Validates an argument with a schema. @throws RpcError `invalidParams` with the field that is wrong */
export function checkedArgument<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  try {
    return validated(schema, value);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new RpcError(RPC_CODES.invalidParams, error.message, { cause: error });
  }
}
