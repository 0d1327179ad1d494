import { answerTimeoutOf } from '../../src-main/app/answer-timeouts.ts';
import { RecorderController } from '../../src-main/app/recorder-control.ts';
import type { Clock } from '../../src-main/base/runtime.ts';
import { Recorder } from '../../src-main/recorder/recorder.ts';
import type { RingLimits } from '../../src-main/recorder/record-ring.ts';
import { messageFactsOf } from '../../src-main/wire/registry.ts';
import type { RecordRow } from '../../shared/model/recording.ts';

/** A recording that has started, of everything. */
export interface StartedRecording {
  readonly recorder: Recorder;
  readonly control: RecorderController;
  /** Rows of the records that are kept, oldest first. */
  rows(): readonly RecordRow[];
}

/** Starts a recording of all sessions and of discovery. */
export function startedRecording(clock: Clock, limits: Partial<RingLimits> = {}): StartedRecording {
  const recorder = new Recorder({
    clock,
    limits: { maxRecords: 20_000, maxBytes: 64 * 1024 * 1024, ...limits },
    factsOf: messageFactsOf,
    timeoutOf: answerTimeoutOf,
    labelOf: () => null,
  });
  recorder.start({ nodes: null, discovery: true });
  const control = new RecorderController(recorder, { clock, application: 'Enodeck test' });
  return { recorder, control, rows: () => control.all() };
}
