import { z } from 'zod';

/** A request: the schema of its parameters and, as a type only, its result. */
export interface RequestSpec<Params extends z.ZodType, Result> {
  readonly params: Params;
  /** Never set; carries the result's type. */
  readonly result?: Result;
}

/** The parameters of a request that has none. */
export const nothing = z.strictObject({});

/** Creates the specification of a request with a result of the given type. */
export const request =
  <Result>() =>
  <Params extends z.ZodType>(params: Params): RequestSpec<Params, Result> => ({ params });
