import { readonly, shallowRef, type Ref } from 'vue';

const SHOWN_MS = 1_600;
/** Longer for a notice with an action, which the user has to read first. */
const ACTION_SHOWN_MS = 8_000;

/** An action of a notice, such as undo. */
export interface NoticeAction {
  readonly text: string;
  readonly run: () => void;
}

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
  readonly actions: readonly NoticeAction[];
}

const notice = shallowRef<Notice | null>(null);
let lastId = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

const startTimer = (ms: number): void => {
  clearTimeout(timer);
  timer = setTimeout(dismissNotice, ms);
};

/** The current notice, or null. */
export function useNotice(): Readonly<Ref<Notice | null>> {
  return readonly(notice);
}

/** Shows a notice for a short time; screen readers announce it. */
export function showNotice(
  text: string,
  tone: 'good' | 'bad' = 'good',
  ...actions: readonly NoticeAction[]
): void {
  notice.value = { id: ++lastId, text, tone, actions };
  startTimer(actions.length > 0 ? ACTION_SHOWN_MS : tone === 'good' ? SHOWN_MS : 4 * SHOWN_MS);
}

/** Hides the notice. */
export function dismissNotice(): void {
  clearTimeout(timer);
  notice.value = null;
}

/** Keeps the notice while the pointer or the focus is on it; `false` restarts its timer. */
export function holdNotice(held: boolean): void {
  if (held) clearTimeout(timer);
  else if (notice.value !== null) startTimer(ACTION_SHOWN_MS);
}
