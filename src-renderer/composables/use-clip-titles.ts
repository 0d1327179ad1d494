import { useEventListener } from '@vueuse/core';

/** Marks a title that this file has set. */
const OWN = 'data-clip-title';
/** How many ancestors of the element under the pointer may cut its text. */
const MAX_ANCESTORS = 3;

/** The element that cuts the text under the pointer with an ellipsis; null for none. */
function cutElement(start: Element): HTMLElement | null {
  let element: Element | null = start;
  for (let depth = 0; element !== null && depth <= MAX_ANCESTORS; depth += 1) {
    if (element instanceof HTMLElement && getComputedStyle(element).textOverflow === 'ellipsis')
      return element;
    element = element.parentElement;
  }
  return null;
}

/** Gives each text that is cut by an ellipsis its whole text as a tooltip, unless the element has one, until the scope is disposed. */
export function useClipTitles(): void {
  useEventListener(document, 'pointerover', ({ target }: PointerEvent) => {
    const element = target instanceof Element ? cutElement(target) : null;
    if (element === null) return;
    const isOwn = element.hasAttribute(OWN);
    if (!isOwn && element.closest('[title]') !== null) return;
    if (element.scrollWidth > element.clientWidth) {
      element.title = element.textContent.trim().replaceAll(/\s+/g, ' ');
      element.setAttribute(OWN, '');
    } else if (isOwn) {
      element.removeAttribute('title');
      element.removeAttribute(OWN);
    }
  });
}
