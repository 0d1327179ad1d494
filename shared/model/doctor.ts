/** A test of one node, step by step, as the Doctor, the command line and JSON-RPC show it. Times are Unix milliseconds. */
import type { CauseCode } from '../causes/catalogue.ts';
import type { CauseParams } from '../causes/facts.ts';
import type { Fault } from '../causes/cause-spec.ts';
import type { RecordDetail } from './recording.ts';

/** Steps of a test, in the order of the wire. */
export const DOCTOR_STEPS = [
  'parse',
  'dns',
  'address',
  'ping',
  'enr',
  'discv5',
  'tcp',
  'rlpx',
  'hello',
  'status',
  'headers',
] as const;

/** One of DOCTOR_STEPS. */
export type DoctorStepName = (typeof DOCTOR_STEPS)[number];

/** What a step came to. */
export type DoctorStepState =
  /** Not started yet. */
  | 'waiting'
  | 'running'
  | 'passed'
  /** Passed, with something that a person should look at. */
  | 'doubtful'
  | 'failed'
  /** An earlier step failed that this one needs. */
  | 'not-reached'
  /** Not needed for this input or this node. */
  | 'not-needed';

/** A line of what was sent or received. */
export interface DoctorFact {
  readonly name: string;
  readonly value: string;
  /** How the value compares with what is expected; null for neither. */
  readonly tone: 'good' | 'look' | 'bad' | null;
  /** Whether the value tells who or where this node is; a report leaves such facts out unless they are asked for. */
  readonly isOwn: boolean;
}

/** One direction of a step's exchange. */
export interface DoctorExchange {
  readonly direction: 'sent' | 'received';
  /** Milliseconds since the start of the step. */
  readonly afterMs: number;
  readonly facts: readonly DoctorFact[];
}

/** One step of a test. */
export interface DoctorStep {
  readonly step: DoctorStepName;
  readonly state: DoctorStepState;
  /** What the step found, a phrase without a final stop. */
  readonly finding: string;
  /** Milliseconds since the start of the test; null before the step starts. */
  readonly startMs: number | null;
  readonly durationMs: number | null;
  readonly exchanges: readonly DoctorExchange[];
  /** An explanation of the finding; null for none. */
  readonly explanation: string | null;
  /** Why the step failed or is doubtful; null for a step that passed or did not run. */
  readonly cause: DoctorCause | null;
  /**
   * Sequence numbers of its packets and messages in the recording, in their order; empty where nothing records. The filter
   * `test:ID` finds those of all steps.
   */
  readonly records: readonly number[];
}

/** A packet or message of a step, decoded. */
export type DoctorRecord = Pick<RecordDetail, 'row' | 'decoded'>;

/** BOUNDED: packets and messages of a step that one request returns. */
export const DOCTOR_MAX_RECORDS = 32;

/** A code of the catalogue with its params. */
export interface DoctorCause {
  readonly code: CauseCode;
  readonly params: CauseParams;
}

/** Whether the node would be a peer, would not, or could not be tested. */
export type DoctorResult = 'peer' | 'no-peer' | 'not-tested';

/** What the evidence of all steps proves. */
export interface DoctorVerdict {
  readonly result: DoctorResult;
  /**
   * Null where nothing is wrong. `special-address`: the test stopped before it contacted a private or special-purpose
   * address, and can be started again with `special` after a person has agreed.
   */
  readonly cause: DoctorCause | null;
  readonly fault: Fault;
  /** A sentence that names the cause, without a final stop. */
  readonly title: string;
  readonly meaning: string;
  readonly certainty: 'proven' | 'likely' | 'unclear';
  /** Why it is that certain. */
  readonly reason: string;
  /** What a person can do; null for nothing. */
  readonly advice: string | null;
  /** A corrected enode URL or the node's newer record, to test instead; null where the evidence gives none. */
  readonly suggestion: string | null;
}

/** A whole test. */
export interface DoctorReport {
  /** Identifies the test within this run. */
  readonly id: string;
  /** What was tested, as it was entered, without white space around it: at most DOCTOR_MAX_INPUT characters. */
  readonly input: string;
  /** Index of the wrong character in `input`; null where the input was read. */
  readonly wrongAt: number | null;
  readonly nodeId: string | null;
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
  readonly network: string;
  readonly version: string;
  /** All of DOCTOR_STEPS, in their order. */
  readonly steps: readonly DoctorStep[];
  /** Null while it runs. */
  readonly verdict: DoctorVerdict | null;
}

/** A test in the list of tests. */
export type DoctorSummary = Pick<
  DoctorReport,
  'id' | 'input' | 'nodeId' | 'startedAt' | 'endedAt' | 'verdict'
>;

/** BOUNDED: characters of an input. */
export const DOCTOR_MAX_INPUT = 4_096;

/** BOUNDED: tests that run at once. */
export const DOCTOR_MAX_RUNNING = 3;

/** BOUNDED: tests that are kept, the running ones included; the oldest go first. */
export const DOCTOR_MAX_KEPT = 50;
