import { readonly, shallowRef, type Ref } from 'vue';

const SHOWN_MS = 1_600;
/** A notice that offers to take something back has to be read, decided on and reached. */
const ACTION_SHOWN_MS = 8_000;

/** What a notice offers to do: mostly to take back what it tells of. */
export interface NoticeAction {
  readonly text: string;
  readonly run: () => void;
}

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
  readonly action: NoticeAction | null;
}

const notice = shallowRef<Notice | null>(null);
let lastId = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

const lastFor = (ms: number): void => {
  clearTimeout(timer);
  timer = setTimeout(dismiss, ms);
};

/** The short notice at the foot of the window. */
export function useNotice(): Readonly<Ref<Notice | null>> {
  return readonly(notice);
}

/** Says something for a moment, to eye and screen reader. */
export function say(text: string, tone: 'good' | 'bad' = 'good', action: NoticeAction | null = null): void {
  notice.value = { id: ++lastId, text, tone, action };
  lastFor(action !== null ? ACTION_SHOWN_MS : tone === 'good' ? SHOWN_MS : 4 * SHOWN_MS);
}

/** Takes the notice away. */
export function dismiss(): void {
  clearTimeout(timer);
  notice.value = null;
}

/** Keeps the notice while somebody points at it or has the keyboard in it; `false` lets its time run anew. */
export function holdNotice(held: boolean): void {
  if (held) clearTimeout(timer);
  else if (notice.value !== null) lastFor(ACTION_SHOWN_MS);
}

/** Puts `text` on the clipboard; resolves to whether that worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Absent outside secure contexts, and denied where a desktop window grants no permission at all.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'sr-only-live';
  const active = document.activeElement;
  const host = active?.closest('[role="dialog"]') ?? document.body;
  host.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the one way that needs no permission
  const done = document.execCommand('copy');
  area.remove();
  if (active instanceof HTMLElement) active.focus();
  return done;
}
