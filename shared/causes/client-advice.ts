import { causeSpec } from './catalogue.ts';
import type { Failure } from './facts.ts';

/** What to do about a failure of the client's RPC, as a phrase; the advice of other layers is about peers. */
export function clientAdviceOf({ code }: Failure): string | undefined {
  const { layer, advice } = causeSpec(code);
  return layer === 'sentry' ? advice : undefined;
}
