import { codeOf } from '../../shared/causes/catalogue.ts';
import type { DoctorCause, DoctorVerdict } from '../../shared/model/doctor.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import type { Evidence } from './evidence.ts';

/** A verdict whose other words are those of its cause in the catalogue. */
export interface Finding extends Pick<DoctorVerdict, 'result' | 'certainty' | 'reason'> {
  readonly cause: DoctorCause | null;
  readonly title?: string;
  readonly meaning?: string;
  readonly fault?: DoctorVerdict['fault'];
  readonly advice?: string | null;
  readonly suggestion?: string | null;
}

/** What the rules read. */
export interface RuleContext {
  readonly chain: Pick<ChainStatus, 'forkFilter'>;
}

/** A rule of the table. @returns undefined where it does not apply */
export type Rule = (evidence: Evidence, context: RuleContext) => Finding | undefined;

/** The cause of an ended connection under the code that says who ended it. */
export function endCauseCode({ code, by, params }: NonNullable<Evidence['end']>): DoctorCause {
  return { code: codeOf({ code, by }), params };
}
