import { showNotice } from './use-notice.ts';
import type { Translate } from './use-messages.ts';

/** Copies `text` and shows the result as a notice, in which `what` names the text. Resolves to whether it succeeded. */
export async function copyWithNotice(text: string, what: string, t: Translate): Promise<boolean> {
  const done = await copyText(text);
  showNotice(t(done ? 'copy.done' : 'copy.failed', { what }), done ? 'good' : 'bad');
  return done;
}

/** Copies `text` to the clipboard without a notice; resolves to whether it succeeded. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The API is absent outside secure contexts, and denied in a desktop window that grants no permission.
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
