import { z } from 'zod';

/*
 * The results of JSON-RPC have the types of shared/model, which say in words what each field is. Their schemas are for the
 * OpenRPC document and the tests. `resultOf` compares each with its type, so that neither changes without the other.
 */

type Plain = string | number | boolean | null | undefined;

/** The same type with every object and list read-only, as the models are. */
type Fixed<Value> = Value extends Plain ? Value : { readonly [Key in keyof Value]: Fixed<Value[Key]> };

type Same<A, B> = [A, keyof A] extends [B, keyof B]
  ? [B, keyof B] extends [A, keyof A]
    ? true
    : false
  : false;

/** Declares the schema of a type of shared/model. It does not compile for another type. */
export const resultOf =
  <Model>() =>
  <Schema extends z.ZodType>(
    schema: Schema & (Same<Fixed<z.output<Schema>>, Model> extends true ? unknown : never),
  ): Schema =>
    schema;

/** Text whose values are many and listed elsewhere: codes of causes, keys of settings. */
export const textOf = <Value extends string>(): z.ZodType<Value> => z.string() as unknown as z.ZodType<Value>;

/** Unix milliseconds. */
export const time = z.number();

/** Text, or null for none. */
export const maybeText = z.string().nullable();

/** A number, or null for none. */
export const maybeNumber = z.number().nullable();

/** Params of a code. */
export const params = z.record(z.string(), z.union([z.string(), z.number()]));
