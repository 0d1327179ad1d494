/** Whether the key opens the context menu. */
export const isMenuKey = (event: KeyboardEvent): boolean =>
  event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10');

/** Opens the context menu of an element below its start, as a click with the secondary button would. */
export function openContextMenu(element: HTMLElement): void {
  const { left, bottom, width } = element.getBoundingClientRect();
  const at = { clientX: left + Math.min(48, width / 2), clientY: bottom - 4 };
  element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }));
}
