import { causeSpec, type EndCode } from '../../shared/causes/catalogue.ts';
import { hintOf } from '../../shared/causes/sentences.ts';
import type { NextStep, NoParams } from '../../shared/model/why.ts';
import type { ProgressState } from './node-progress-state.ts';

/** The state of a node at the dial scheduler. Times are Unix milliseconds. */
export interface NodeDialState {
  readonly state: 'connected' | 'dialing' | 'waiting' | 'queued' | 'refused';
  /** Why it is not dialled now. */
  readonly refusal: EndCode | undefined;
  readonly nextTryAt: number | undefined;
  readonly failures: number;
}

/** The facts from which the next step follows. */
export interface NextStepFacts {
  /** Unix milliseconds. */
  readonly now: number;
  readonly progress: ProgressState;
  /** Undefined while this node does not dial, or for a node without an address. */
  readonly dialState: NodeDialState | undefined;
  /** On the static or trusted list. */
  readonly isListed: boolean;
  readonly direction: 'inbound' | 'outbound' | null;
}

/** The params of steps without facts. */
export const NO_PARAMS: NoParams = {};

/** What happens next with a node, or what the user can do. */
export function nextStepOf(facts: NextStepFacts): NextStep {
  const { progress, dialState, isListed } = facts;
  if (progress.state === 'connected') return { code: 'connected', params: NO_PARAMS };
  if (progress.state === 'connecting') return { code: 'connecting', params: NO_PARAMS };
  if (dialState?.state === 'dialing') return { code: 'dialling', params: NO_PARAMS };
  const hint = progress.cause === undefined ? undefined : hintStep(progress.cause);
  if (hint !== undefined) return hint;
  const cause = progress.code;
  const { advice, fault, next } = causeSpec(cause);
  if (advice !== undefined && (isListed || fault === 'ours')) return { code: 'advice', params: { cause } };
  const nextTry = nextTryOf(facts);
  if (nextTry !== undefined) return nextTry;
  return next === undefined ? lastResort(facts) : { code: 'expected', params: { cause } };
}

function hintStep({ code, params }: NonNullable<ProgressState['cause']>): NextStep | undefined {
  if (hintOf({ code, params }) === undefined) return undefined;
  return { code: 'hint', params: { cause: code, facts: params } };
}

function nextTryOf({ dialState, now }: NextStepFacts): NextStep | undefined {
  if (dialState?.nextTryAt === undefined || dialState.nextTryAt <= now) return undefined;
  return { code: 'next-try', params: { at: Math.round(dialState.nextTryAt) } };
}

function lastResort({ progress, dialState, direction }: NextStepFacts): NextStep {
  if (dialState?.state === 'refused' && dialState.refusal !== undefined) {
    return { code: 'refused', params: { cause: dialState.refusal } };
  }
  if (direction === 'inbound') return { code: 'inbound-again', params: NO_PARAMS };
  if (causeSpec(progress.code).advice !== undefined) {
    return { code: 'advice', params: { cause: progress.code } };
  }
  return { code: dialState === undefined ? 'none' : 'found-again', params: NO_PARAMS };
}
