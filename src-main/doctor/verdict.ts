/**
 * Infers the cause from the evidence of all steps: a table of rules, the first that applies counts. A rule says how
 * certain it is, and why; a guess is never stated as a fact.
 */
import { causeSpec } from '../../shared/causes/catalogue.ts';
import { hintOf, sentenceOf, wordsOf } from '../../shared/causes/sentences.ts';
import type { DoctorCause, DoctorVerdict } from '../../shared/model/doctor.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import type { Evidence } from './evidence.ts';
import { connectRules } from './verdict-connect.ts';
import { sessionRules } from './verdict-session.ts';
import { causeOf } from './step-log.ts';
import { refused } from './verdict-refusal.ts';
import type { Finding, Rule } from './verdict-rule.ts';

/** The rules, in the order in which they are tried. */
const RULES: readonly Rule[] = [broken, endedEarly, refused, ...sessionRules, ...connectRules];

/** The verdict of a test that has ended. */
export function verdictOf(evidence: Evidence, chain: Pick<ChainStatus, 'forkFilter'>): DoctorVerdict {
  for (const rule of RULES) {
    const finding = rule(evidence, { chain });
    if (finding !== undefined) return complete(finding);
  }
  return complete(unexplained());
}

function complete(finding: Finding): DoctorVerdict {
  const { result, cause, certainty, reason } = finding;
  const words = cause === null ? undefined : wordsOf(cause.code);
  const title = finding.title ?? (cause === null ? '' : sentenceOf(cause.code, cause.params));
  const hint = cause === null ? undefined : causeSpec(cause.code).hint;
  return {
    result,
    cause,
    fault: finding.fault ?? words?.fault ?? 'none',
    title,
    meaning: finding.meaning ?? words?.meaning ?? '',
    certainty,
    reason,
    advice: finding.advice ?? (hint === undefined ? undefined : hintText(cause)) ?? words?.advice ?? null,
    suggestion: finding.suggestion ?? null,
  };
}

function hintText(cause: DoctorCause | null): string | undefined {
  // Only codes that end a connection have hints.
  return cause === null ? undefined : hintOf(cause as Parameters<typeof hintOf>[0]);
}

function broken({ isBroken }: Evidence): Finding | undefined {
  if (isBroken !== true) return undefined;
  return {
    result: 'not-tested',
    cause: causeOf('internal-error'),
    certainty: 'proven',
    reason: 'A step of the test itself failed; the log has the details',
  };
}

function endedEarly({ ended, hasStatus }: Evidence): Finding | undefined {
  if (ended === undefined || hasStatus === true) return undefined;
  return {
    result: 'not-tested',
    cause: causeOf(ended === 'stopped' ? 'test-stopped' : 'test-timeout'),
    certainty: 'unclear',
    reason: 'The steps that were left out could have shown more',
  };
}

function unexplained(): Finding {
  return {
    result: 'not-tested',
    cause: causeOf('other'),
    title: 'The test came to no result',
    certainty: 'unclear',
    reason: 'No rule explains the evidence',
  };
}
