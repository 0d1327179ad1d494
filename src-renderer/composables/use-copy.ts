import { readonly, ref, type Ref } from 'vue';

const SHOWN_MS = 1_600;
const notice = ref<{ readonly id: number; readonly text: string; readonly tone: 'good' | 'bad' } | null>(
  null,
);
let lastId = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The short notice at the foot of the window. */
export function useNotice(): Readonly<Ref<typeof notice.value>> {
  return readonly(notice);
}

/** Says something for a moment, to eye and screen reader. */
export function say(text: string, tone: 'good' | 'bad' = 'good'): void {
  notice.value = { id: ++lastId, text, tone };
  clearTimeout(timer);
  timer = setTimeout(() => (notice.value = null), tone === 'good' ? SHOWN_MS : 4 * SHOWN_MS);
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
