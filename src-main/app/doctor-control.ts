import {
  DOCTOR_MAX_INPUT,
  DOCTOR_MAX_KEPT,
  DOCTOR_MAX_RUNNING,
  DOCTOR_MAX_RECORDS,
  type DoctorRecord,
  type DoctorReport,
  type DoctorStepName,
  type DoctorSummary,
} from '../../shared/model/doctor.ts';
import { ApiError } from '../api/api-error.ts';
import type { DoctorControl, DoctorInput } from '../api/backend.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { DoctorEnvironment } from '../doctor/environment.ts';
import { Examination } from '../doctor/examination.ts';
import { decodeRecord, type ExportedRecord } from '../export/exported-record.ts';

/** Where the packets and messages of a test are kept. */
export interface TestRecording {
  /** Undefined for a record that is no longer kept. */
  get(seq: number): ExportedRecord | undefined;
}

/** The tests of nodes: at most DOCTOR_MAX_RUNNING at once, and the newest DOCTOR_MAX_KEPT are kept. */
export class DoctorController implements DoctorControl {
  readonly #environment: DoctorEnvironment;
  readonly #recording: TestRecording | undefined;
  /** By ID, oldest first. BOUNDED: DOCTOR_MAX_KEPT. */
  readonly #tests = new Map<string, Examination>();
  /** BOUNDED: by the API's limits on subscriptions. */
  readonly #listeners = new Set<(report: DoctorReport) => void>();
  #lastId = 0;

  /** @param recording absent where nothing records */
  constructor(environment: DoctorEnvironment, recording?: TestRecording) {
    this.#environment = environment;
    this.#recording = recording;
  }

  /** @throws ApiError `invalid-parameters` for an empty or too long input, `busy` while too many tests run */
  start(input: DoctorInput): string {
    return this.#begin(input).report.id;
  }

  /** Starts a test and waits for its report. @throws as `start` */
  async run(input: DoctorInput): Promise<DoctorReport> {
    return await this.#begin(input).run();
  }

  stop(id: string): boolean {
    const test = this.#tests.get(id);
    if (test?.isRunning !== true) return false;
    test.stop();
    return true;
  }

  list(): readonly DoctorSummary[] {
    return [...this.#tests.values()]
      .reverse()
      .map(({ report: { id, input, nodeId, startedAt, endedAt, verdict } }) => {
        return { id, input, nodeId, startedAt, endedAt, verdict };
      });
  }

  report(id: string): DoctorReport | null {
    return this.#tests.get(id)?.report ?? null;
  }

  /** The first DOCTOR_MAX_RECORDS packets and messages of a step that are still kept, decoded. */
  records(id: string, step: DoctorStepName): readonly DoctorRecord[] {
    const seqs = this.report(id)?.steps.find((each) => each.step === step)?.records ?? [];
    return seqs.slice(0, DOCTOR_MAX_RECORDS).flatMap((seq) => {
      const record = this.#recording?.get(seq);
      return record === undefined ? [] : [{ row: record.row, decoded: decodeRecord(record) }];
    });
  }

  /** The listener must not throw or block. */
  onProgress(listener: (report: DoctorReport) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends all tests; resolves when their connections have closed. */
  async close(): Promise<void> {
    const running = this.#running();
    for (const test of running) test.stop();
    await Promise.all(running.map((test) => test.run()));
  }

  #running(): readonly Examination[] {
    return [...this.#tests.values()].filter(({ isRunning }) => isRunning);
  }

  #begin({ input, special }: DoctorInput): Examination {
    const text = input.trim();
    if (text === '' || text.length > DOCTOR_MAX_INPUT) {
      throw new ApiError(
        'invalid-parameters',
        `Enter an enode URL, a record or a node ID of at most ${String(DOCTOR_MAX_INPUT)} characters.`,
        'input',
      );
    }
    if (this.#running().length >= DOCTOR_MAX_RUNNING) {
      throw new ApiError('busy', `${String(DOCTOR_MAX_RUNNING)} tests run already: wait for one to end.`);
    }
    const id = String(++this.#lastId);
    const test = new Examination(this.#environment, { id, text, special }, () => {
      if (this.#listeners.size === 0) return;
      const { report } = test;
      for (const listener of this.#listeners) listener(report);
    });
    this.#tests.set(id, test);
    const [oldest] = [...this.#tests].filter(([, { isRunning }]) => !isRunning);
    if (this.#tests.size > DOCTOR_MAX_KEPT && oldest !== undefined) this.#tests.delete(oldest[0]);
    // A test never rejects: what went wrong is in its report.
    void test.run();
    return test;
  }
}
