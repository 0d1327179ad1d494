/** Snapshots of the window with the sentences of their codes, for scripts. */
import { nextStepText } from '../../shared/causes/next-steps.ts';
import { endSentence, recordedSentence, wordsOf } from '../../shared/causes/sentences.ts';
import { outcomeText } from '../../shared/causes/outcomes.ts';
import { stepFactText } from '../../shared/causes/step-facts.ts';
import { statementText } from '../../shared/causes/why-statements.ts';
import type { SessionRecord } from '../../shared/model/session.ts';
import type { NodeTrace, TraceCause, WhyCause, WhySnapshot } from '../../shared/model/why.ts';

/**
 * Adds the texts of a funnel: title, meaning and side of each cause, `meaning` of the figures, and `now` of each node.
 * @param now Unix milliseconds
 */
export function whyWithText(snapshot: WhySnapshot, now: number): object {
  return {
    ...snapshot,
    steps: snapshot.steps.map((step) => ({ ...step, causes: step.causes.map(causeWithText) })),
    meaning: snapshot.statements.map(statementText),
    nodes: snapshot.nodes.map((node) => ({
      ...node,
      title: wordsOf(node.code).title,
      now: nextStepText(node.next, now),
    })),
  };
}

/** Adds the texts of a trace. @param now Unix milliseconds */
export function traceWithText(trace: NodeTrace, now: number): object {
  return {
    ...trace,
    steps: trace.steps.map((step) => ({
      ...step,
      detail: step.seen === null ? null : stepFactText(step.seen),
    })),
    cause: trace.cause === null ? null : traceCauseWithText(trace.cause),
    now: nextStepText(trace.next, now),
    earlier: trace.earlier.map((outcome) => ({ ...outcome, message: outcomeText(outcome) })),
  };
}

/** A past session with the sentence of its cause. */
export interface SessionWithText extends SessionRecord {
  readonly message: string;
}

/** Adds the sentence of a past session. */
export function sessionWithText(session: SessionRecord): SessionWithText {
  return { ...session, message: recordedSentence(session) };
}

function causeWithText(cause: WhyCause): object {
  const { title, meaning, fault } = wordsOf(cause.code);
  return { ...cause, title, meaning, fault };
}

function traceCauseWithText(cause: TraceCause): object {
  const { title, meaning, fault } = wordsOf(cause.code);
  return { ...cause, title, message: cause.end === null ? meaning : endSentence(cause.end), meaning, fault };
}
