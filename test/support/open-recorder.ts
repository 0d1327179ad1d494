import { answerTimeoutOf } from '../../src-main/app/answer-timeouts.ts';
import type { Clock } from '../../src-main/base/runtime.ts';
import type { RingLimits } from '../../src-main/recorder/record-ring.ts';
import { Recorder } from '../../src-main/recorder/recorder.ts';
import { messageFactsOf } from '../../src-main/wire/registry.ts';

/** A recorder of real messages whose nodes have no labels. */
export const openRecorder = (
  clock: Clock,
  limits: RingLimits = { maxRecords: 100, maxBytes: 1_000_000 },
): Recorder =>
  new Recorder({ clock, limits, factsOf: messageFactsOf, timeoutOf: answerTimeoutOf, labelOf: () => null });
