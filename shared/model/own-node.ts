/** What other nodes can reach of this node, from what they did and reported. Times are Unix milliseconds. */
import type { DoctorFact, DoctorStepState, DoctorVerdict } from './doctor.ts';
import type { HealthAction } from './health-action.ts';
import type { Fault } from '../causes/cause-spec.ts';

/** The checks of this node, in their order of display. */
export const OWN_CHECKS = [
  'listening',
  'address',
  'udp4',
  'tcp4',
  'udp6',
  'tcp6',
  'nat',
  'record',
  'slots',
  'clock',
  'fork',
] as const;

/** One of OWN_CHECKS. */
export type OwnCheckName = (typeof OWN_CHECKS)[number];

/** What a check found; `waiting`: there is no evidence yet. */
export type OwnCheckState = Extract<
  DoctorStepState,
  'passed' | 'doubtful' | 'failed' | 'waiting' | 'not-needed'
>;

/** Evidence of a check: what this node offers, or what others did. */
export interface OwnEvidence {
  readonly side: 'offered' | 'received';
  /** When it was last seen; null where it has no time. */
  readonly at: number | null;
  readonly facts: readonly DoctorFact[];
}

/** What is wrong, whose side, and what to do. */
export interface OwnProblem {
  /** A sentence that names the problem, without a final stop. */
  readonly title: string;
  readonly fault: Fault;
  readonly certainty: DoctorVerdict['certainty'];
  /** Why it is that certain. */
  readonly reason: string;
  readonly advice: string | null;
  /** BOUNDED: 2. */
  readonly actions: readonly HealthAction[];
}

/** One check of this node. */
export interface OwnCheck {
  readonly check: OwnCheckName;
  readonly state: OwnCheckState;
  /** An own address or port that the finding is about; reports leave it out unless it is asked for. */
  readonly subject: string | null;
  /** What the check found, a phrase without a final stop and without an own address. */
  readonly finding: string;
  readonly evidence: readonly OwnEvidence[];
  readonly explanation: string | null;
  /** Null unless the state is `failed` or `doubtful`. */
  readonly problem: OwnProblem | null;
}

/** What all checks prove together. */
export interface OwnVerdict extends OwnProblem {
  readonly result: 'open' | 'limited' | 'closed' | 'unknown' | 'stopped';
  readonly meaning: string;
}

/** The report on this node. */
export interface OwnNodeReport {
  readonly checkedAt: number;
  /** When the node started, which is when the counts begin; null while it does not run. */
  readonly startedAt: number | null;
  readonly network: string;
  readonly version: string;
  /** All of OWN_CHECKS, in their order; empty while the node does not run. */
  readonly checks: readonly OwnCheck[];
  readonly verdict: OwnVerdict;
}

/** Contacts over one protocol and address family that other nodes began, since the node started. */
export interface InboundContacts {
  /** From the internet. */
  readonly outside: number;
  /** From loopback, private and link-local addresses. */
  readonly local: number;
  /** Time of the newest one from the internet; null before the first. */
  readonly newestAt: number | null;
}
