import { useRouter } from 'vue-router';
import type { DoctorReport, DoctorStepName } from '../../shared/model/doctor.ts';
import { copyWithNotice } from '../composables/copy-text.ts';
import { useAction } from '../composables/use-action.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { testLink } from '../model/filter-chips.ts';
import { useDoctorStore } from '../stores/doctor.ts';
import { useRecorderStore } from '../stores/recorder.ts';
import { useListMembership } from './use-list-membership.ts';

/** What can be done with a node that was tested. An error is shown as a notice. */
export interface DoctorActions {
  readonly busy: ReturnType<typeof useAction>['busy'];
  /** Tests a text. @param special agrees to contact a private or special-purpose address */
  test(text: string, special?: boolean): void;
  /** Stops the running test. */
  stop(): void;
  /** Adds the tested node to the static nodes, so that the node dials it and keeps it. */
  connect(report: DoctorReport): void;
  copy(text: string, what: string): void;
  /** Tests the text of the clipboard. */
  paste(): void;
  /** Loads the packets and messages of a step. */
  load(report: DoctorReport, step: DoctorStepName): void;
  /** Opens the packets and messages of a test in the Inspector; `seq` chooses one of them. */
  inspect(report: DoctorReport, seq?: number): void;
}

/** Called in a setup function. */
export function useDoctorActions(t: Translate): DoctorActions {
  const doctor = useDoctorStore();
  const recorder = useRecorderStore();
  const router = useRouter();
  const lists = useListMembership(t);
  const { busy, run } = useAction();
  const loading = useAction();

  const test = (text: string, special = false): void => {
    const input = text.trim();
    if (input !== '' && !busy.value) void run(() => doctor.start(input, special));
  };
  const paste = async (): Promise<void> => {
    try {
      test(await navigator.clipboard.readText());
    } catch {
      // The API is absent outside secure contexts, and needs a permission.
      showNotice(t('doctor.pasteDenied'), 'bad');
    }
  };
  return {
    busy,
    test,
    stop: () =>
      void run(async () => {
        if (!(await doctor.stop())) showNotice(t('doctor.stopped'));
      }),
    connect: ({ input }) => void run(() => lists.add('static', input, null)),
    copy: (text, what) => void copyWithNotice(text, what, t),
    paste: () => void paste(),
    load: (report, step) => void loading.run(() => doctor.loadRecords(report, step)),
    inspect: ({ id }, seq) =>
      void run(async () => {
        // A file that is shown has no record of the test.
        if (recorder.status?.file != null) await recorder.closeFile();
        await router.push(testLink(id, seq));
      }),
  };
}
