import { ref, shallowRef, watch } from 'vue';
import { defineStore } from 'pinia';
import type { DoctorRecord, DoctorReport, DoctorStepName, DoctorSummary } from '../../shared/model/doctor.ts';
import type { OwnNodeReport } from '../../shared/model/own-node.ts';
import { request } from '../api.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';

/** The tests of nodes: the one that is shown, the earlier ones, and the report on our own node. */
export const useDoctorStore = defineStore('doctor', () => {
  /** The text of the field; it stays while the user looks at other views. */
  const input = ref('');
  /** The test that is shown; null before the first. */
  const shown = ref<string | null>(null);
  const report = shallowRef<DoctorReport | null>(null);
  /** The shown test is no longer kept by the node. */
  const gone = ref(false);
  /** Newest first. BOUNDED: DOCTOR_MAX_KEPT, by the node. */
  const tests = shallowRef<readonly DoctorSummary[]>([]);
  const own = shallowRef<OwnNodeReport | null>(null);
  const { records, loadRecords, forgetRecords } = createStepRecords();

  const list = async (): Promise<void> => {
    tests.value = await request('doctor.list', {});
  };
  const feed = createTopicFeed(
    'doctor',
    () => (shown.value === null ? null : { id: shown.value }),
    (pushes) => {
      const fresh = newestOf(pushes);
      if (fresh === undefined) return;
      gone.value = fresh === null;
      if (fresh === null || fresh.id === shown.value) report.value = fresh;
    },
  );
  watch(
    shown,
    (id) => {
      if (report.value?.id !== id) report.value = null;
      gone.value = false;
      forgetRecords();
    },
    { flush: 'sync' },
  );

  return {
    input,
    shown,
    report,
    gone,
    tests,
    own,
    records,
    loadRecords,
    subscribe: () => feed.subscribe(),
    list,
    /** Tests a node and shows the test. @param special agrees to contact a private or special-purpose address */
    start: async (text: string, special = false): Promise<void> => {
      input.value = text;
      const { id } = await request('doctor.start', { input: text, special });
      shown.value = id;
      await list();
    },
    /** Stops the shown test. Resolves to whether it still ran. */
    stop: async (): Promise<boolean> =>
      shown.value !== null && (await request('doctor.stop', { id: shown.value })).stopped,
    show: (test: DoctorSummary): void => {
      input.value = test.input;
      shown.value = test.id;
    },
    checkOwn: async (): Promise<void> => {
      own.value = await request('doctor.ownNode', {});
    },
  };
});

/** The packets and messages of the steps that are open. BOUNDED: by the steps of a test. */
function createStepRecords() {
  const records = shallowRef<ReadonlyMap<string, readonly DoctorRecord[]>>(new Map());
  /** How many records a step had when they were last requested. */
  const asked = new Map<DoctorStepName, number>();
  let test = 0;
  return {
    records,
    /** Loads the records of a step, unless those that it has now were requested before. */
    async loadRecords({ id, steps }: DoctorReport, step: DoctorStepName): Promise<void> {
      const count = steps.find((each) => each.step === step)?.records.length ?? 0;
      if (count === 0 || asked.get(step) === count) return;
      asked.set(step, count);
      const of = test;
      try {
        const found = await request('doctor.records', { id, step });
        if (of === test) records.value = new Map(records.value).set(step, found);
      } catch {
        // The records are left out; they are requested again with the next state of the test.
        if (of === test) asked.delete(step);
      }
    },
    forgetRecords: (): void => {
      test += 1;
      asked.clear();
      records.value = new Map();
    },
  };
}
