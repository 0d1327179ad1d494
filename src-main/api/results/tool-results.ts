import { z } from 'zod';
import type { Fault } from '../../../shared/causes/cause-spec.ts';
import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import {
  DOCTOR_STEPS,
  type DoctorReport,
  type DoctorStep,
  type DoctorSummary,
  type DoctorVerdict,
} from '../../../shared/model/doctor.ts';
import {
  ANSWER_STATES,
  RECORD_KINDS,
  RECORD_SOURCES,
  type ExportedRecording,
  type RecordingStatus,
  type RecordRow,
  type RecordSummary,
} from '../../../shared/model/recording.ts';
import { maybeNumber, maybeText, params, resultOf, textOf, time } from './result-schema.ts';

const cause = z.strictObject({ code: textOf<CauseCode>(), params }).nullable();
const fact = z.strictObject({
  name: z.string(),
  value: z.string(),
  tone: z.enum(['good', 'look', 'bad']).nullable(),
  isOwn: z.boolean(),
});

const doctorStep = resultOf<DoctorStep>()(
  z.strictObject({
    step: z.enum(DOCTOR_STEPS),
    state: z.enum(['waiting', 'running', 'passed', 'doubtful', 'failed', 'not-reached', 'not-needed']),
    finding: z.string(),
    startMs: maybeNumber,
    durationMs: maybeNumber,
    exchanges: z.array(
      z.strictObject({
        direction: z.enum(['sent', 'received']),
        afterMs: z.number(),
        facts: z.array(fact),
      }),
    ),
    explanation: maybeText,
    cause,
    records: z.array(z.int()),
  }),
);

const verdict = resultOf<DoctorVerdict>()(
  z.strictObject({
    result: z.enum(['peer', 'no-peer', 'not-tested']),
    cause,
    fault: textOf<Fault>(),
    title: z.string(),
    meaning: z.string(),
    certainty: z.enum(['proven', 'likely', 'unclear']),
    reason: z.string(),
    advice: maybeText,
    suggestion: maybeText,
  }),
);

/** A test of a node. */
export const doctorReport = resultOf<DoctorReport>()(
  z.strictObject({
    id: z.string(),
    input: z.string(),
    wrongAt: maybeNumber,
    nodeId: maybeText,
    startedAt: time,
    endedAt: maybeNumber,
    network: z.string(),
    version: z.string(),
    steps: z.array(doctorStep),
    verdict: verdict.nullable(),
  }),
);

/** A test in the list of tests. */
export const doctorSummary = resultOf<DoctorSummary>()(
  doctorReport.pick({ id: true, input: true, nodeId: true, startedAt: true, endedAt: true, verdict: true }),
);

/** The state of the recording. */
export const recordingStatus = resultOf<RecordingStatus>()(
  z.strictObject({
    isRecording: z.boolean(),
    scope: z.strictObject({ nodes: z.array(z.string()).nullable(), discovery: z.boolean() }),
    startedAt: maybeNumber,
    records: z.int(),
    bytes: z.int(),
    maxRecords: z.int(),
    maxBytes: z.int(),
    evicted: z.int(),
    first: maybeNumber,
    last: maybeNumber,
    file: maybeText,
    edition: z.int(),
  }),
);

const timing = z.strictObject({
  receivingMs: maybeNumber,
  waitingMs: maybeNumber,
  cipherMs: maybeNumber,
  snappyMs: maybeNumber,
});
const frameFault = z.strictObject({ frameStart: z.int(), offset: z.int(), frameBytes: maybeNumber });

/** A row of the recording. */
export const recordRow = resultOf<RecordRow>()(
  z.strictObject({
    seq: z.int(),
    at: time,
    monotonicMs: z.number(),
    kind: z.enum(RECORD_KINDS),
    source: z.enum(RECORD_SOURCES),
    connection: maybeNumber,
    nodeId: maybeText,
    nodeName: maybeText,
    address: z.string(),
    direction: z.enum(['in', 'out']),
    protocol: z.string(),
    code: z.int(),
    name: z.string(),
    wireBytes: z.int(),
    compressedBytes: maybeNumber,
    plainBytes: z.int(),
    keptBytes: z.int(),
    requestId: maybeText,
    pairSeq: maybeNumber,
    role: z.enum(['request', 'answer', 'announcement']),
    latencyMs: maybeNumber,
    answerState: z.enum(ANSWER_STATES).nullable(),
    timing: timing.nullable(),
    cause: z.strictObject({ code: textOf<CauseCode>(), message: z.string() }).nullable(),
    frameFault: frameFault.nullable(),
    test: maybeText,
  }),
);

/** A line of a record. */
export const recordSummary = resultOf<RecordSummary>()(
  z.strictObject({ seq: z.int(), summary: z.string(), isBroken: z.boolean() }),
);

/** An exported recording. */
export const exportedRecording = resultOf<ExportedRecording>()(
  z.strictObject({ fileName: z.string(), text: maybeText, base64: maybeText }),
);
