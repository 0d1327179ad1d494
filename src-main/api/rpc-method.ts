import { z } from 'zod';
import type { RequestName } from '../../shared/api-contract.ts';
import type { Right } from '../../shared/model/access.ts';
import { checkValue } from '../../shared/schema-check.ts';
import { RPC_CODES, RpcError, type RpcFeed, type RpcMethod } from './json-rpc.ts';
import type { NeededRight } from './needed-right.ts';
import type { RpcMethodName } from './rights.ts';

/*
 * A method of JSON-RPC is declared once: the schemas that check its arguments are those of its description. Arguments are
 * by position, and are refused in geth's words (rpc/json.go parsePositionalArguments).
 */

/** A positional argument. It is optional where its schema accepts undefined. */
export interface RpcParam<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly schema: Schema;
}

/** What a method or a subscription is, for the OpenRPC document. */
export interface RpcDocument {
  /** One line. */
  readonly summary: string;
  readonly params: readonly RpcParam[];
  /** The answer, or each notification; `z.unknown()` for any JSON value. */
  readonly result: z.ZodType;
}

/** The validated arguments of a method. */
type Arguments<Params extends readonly RpcParam[]> = {
  [Index in keyof Params]: Params[Index] extends RpcParam<infer Schema> ? z.output<Schema> : never;
};

/** A method with its description. */
export type DocumentedMethod = RpcMethod & { readonly document: RpcDocument };

/** A subscription with its description. */
export type DocumentedFeed = ((params: readonly unknown[]) => RpcFeed) & { readonly document: RpcDocument };

/** Methods by name; a name without a right does not compile. */
export type NamedMethods = readonly (readonly [RpcMethodName, DocumentedMethod])[];

/** A method with the right that its caller needs, and the request that it was made from, if it was. */
export type TableMethod = DocumentedMethod & {
  readonly right: NeededRight;
  readonly request: RequestName | undefined;
};

/** A subscription with the right that its caller needs. */
export type TableFeed = DocumentedFeed & { readonly right: Right };

/** Names an argument. */
export const param = <Schema extends z.ZodType>(name: string, schema: Schema): RpcParam<Schema> => ({
  name,
  schema,
});

/** A text without bounds of its own: the body of a request has one. */
export const text = z.string('must be a string');

/** Declares a method. @param run gets the validated arguments */
export function method<const Params extends readonly RpcParam[]>(
  summary: string,
  params: Params,
  result: z.ZodType,
  run: (...values: Arguments<Params>) => unknown,
): DocumentedMethod {
  const call: RpcMethod = (given) => run(...argumentsOf(params, given, 0));
  return Object.assign(call, { document: { summary, params, result } });
}

/** Declares a method that is always refused. @param params names of its arguments, any number and value of which it takes */
export function refusedMethod(params: readonly string[], reason: string): DocumentedMethod {
  const ignored = params.map((name) => param(name, z.unknown()));
  return method(`Always refused: ${reason}`, ignored, z.never(), () => {
    throw new RpcError(RPC_CODES.failed, reason);
  });
}

/** Declares a subscription. geth counts its name as the first argument. @param open gets the arguments after the name */
export function feed<const Params extends readonly RpcParam[]>(
  summary: string,
  params: Params,
  result: z.ZodType,
  open: (...values: Arguments<Params>) => RpcFeed,
): DocumentedFeed {
  const subscribe = (given: readonly unknown[]): RpcFeed => open(...argumentsOf(params, given, 1));
  return Object.assign(subscribe, { document: { summary, params, result } });
}

/** A method of the table with another function. @param call becomes the method */
export const insteadOf = ({ document, right, request }: TableMethod, call: RpcMethod): TableMethod =>
  Object.assign(call, { document, right, request });

/** @param before number of arguments before the given ones */
function argumentsOf<Params extends readonly RpcParam[]>(
  params: Params,
  given: readonly unknown[],
  before: number,
): Arguments<Params> {
  if (given.length > params.length) {
    const most = String(params.length + before);
    throw new RpcError(RPC_CODES.invalidParams, `too many arguments, want at most ${most}`);
  }
  const values = params.map(({ schema }, index) => argumentOf(schema, given[index], index + before));
  // Each value is the output of the schema at its place; TypeScript loses the places in `map`.
  return values as unknown as Arguments<Params>;
}

/** As in geth, null stands for a missing argument, except where it is a value. */
function argumentOf(schema: z.ZodType, given: unknown, index: number): unknown {
  const isMissing = given === undefined || (given === null && !schema.safeParse(null).success);
  const checked = checkValue(schema, isMissing ? undefined : given);
  if (checked.ok) return checked.value;
  const at = String(index);
  if (isMissing) throw new RpcError(RPC_CODES.invalidParams, `missing value for required argument ${at}`);
  const field = checked.path.length === 0 ? 'it' : `"${checked.path.map(String).join('.')}"`;
  throw new RpcError(RPC_CODES.invalidParams, `invalid argument ${at}: ${field} ${checked.reason}`);
}
