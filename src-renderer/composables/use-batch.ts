import { readonly, ref, shallowRef, type DeepReadonly, type Ref } from 'vue';
import type { BanDuration } from '../../shared/model/ban.ts';
import { batchRefusal, runBatch, type BatchItem, type BatchOutcome } from '../model/batch.ts';
import type { Translate } from './use-messages.ts';
import { showNotice, type NoticeAction } from './use-notice.ts';

/** What a ban of many asks for. */
export interface BatchBan {
  readonly duration: BanDuration;
  readonly reason: string;
}

/** An action that is confirmed first, on one thing or on many. */
export interface Batch {
  readonly title: string;
  readonly text: string;
  /** The label of the button. */
  readonly action: string;
  readonly danger: boolean;
  readonly items: readonly BatchItem[];
  /** What else the user should know. */
  readonly note?: string | null;
  /** Asks for duration and reason. */
  readonly bans?: boolean;
  /** Does it for one item. Rejects with the reason why it was not done. */
  run(key: string, ban: BatchBan): Promise<unknown>;
  /** The notice when all are done, and its action. */
  readonly done: (count: number) => string;
  readonly undo?: () => NoticeAction;
}

const batch = shallowRef<Batch | null>(null);
const ended = ref(0);
/** The user stopped the batch that runs. */
let isStopped = false;
const isRunning = ref(false);
const outcome = shallowRef<BatchOutcome | null>(null);

/** Asks for confirmation. A batch that runs is not replaced, and one of too many items is refused. */
export function askBatch(next: Batch, t: Translate): void {
  if (isRunning.value || next.items.length === 0) return;
  const refusal = batchRefusal(next.items.length, t);
  if (refusal !== null) {
    showNotice(refusal, 'bad');
    return;
  }
  outcome.value = null;
  ended.value = 0;
  batch.value = next;
}

/** The batch that is asked for, runs or has ended with failures. */
export function useBatch(): {
  readonly batch: Readonly<Ref<Batch | null>>;
  readonly ended: Readonly<Ref<number>>;
  readonly isRunning: Readonly<Ref<boolean>>;
  readonly outcome: Readonly<Ref<DeepReadonly<BatchOutcome> | null>>;
  confirm(ban: BatchBan): Promise<void>;
  /** Closes the dialog; what runs ends after the items that are under way. */
  close(): void;
} {
  const close = (): void => {
    if (isRunning.value) isStopped = true;
    else batch.value = null;
  };
  const confirm = async (ban: BatchBan): Promise<void> => {
    const current = batch.value;
    if (current === null || isRunning.value) return;
    isRunning.value = true;
    isStopped = false;
    const end = await runBatch(
      current.items,
      (key) => current.run(key, ban),
      (count) => {
        ended.value = count;
        return !isStopped;
      },
    );
    isRunning.value = false;
    if (end.failed.length > 0 || end.left > 0) outcome.value = end;
    else {
      batch.value = null;
      showNotice(
        current.done(end.done.length),
        'good',
        ...(current.undo === undefined ? [] : [current.undo()]),
      );
    }
  };
  return {
    batch: readonly(batch),
    ended: readonly(ended),
    isRunning: readonly(isRunning),
    outcome: readonly(outcome),
    confirm,
    close,
  };
}
