import { RecorderController } from '../../src-main/app/recorder-control.ts';
import type { Clock } from '../../src-main/base/runtime.ts';
import type { Recorder } from '../../src-main/recorder/recorder.ts';
import type { RingLimits } from '../../src-main/recorder/record-ring.ts';
import type { RecordRow } from '../../shared/model/recording.ts';
import { openRecorder } from './open-recorder.ts';

/** A recording that has started, of everything. */
export interface StartedRecording {
  readonly recorder: Recorder;
  readonly control: RecorderController;
  /** Rows of the records that are kept, oldest first. */
  rows(): readonly RecordRow[];
}

/** Starts a recording of all sessions and of discovery. */
export function startedRecording(clock: Clock, limits: Partial<RingLimits> = {}): StartedRecording {
  const recorder = openRecorder(clock, { maxRecords: 20_000, maxBytes: 64 * 1024 * 1024, ...limits });
  recorder.start({ nodes: null, discovery: true });
  const control = new RecorderController(recorder, { clock, application: 'Enodeck test' });
  return { recorder, control, rows: () => control.all() };
}
