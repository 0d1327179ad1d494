import { useEventListener, useTimeoutFn } from '@vueuse/core';

/** Marks a title that this file has set. */
const OWN = 'data-clip-title';
/** How many ancestors of the element under the pointer may cut its text. */
const MAX_ANCESTORS = 3;
/**
 * What comes under the pointer within this time after a scroll is looked at when it has stayed there for as long, milliseconds.
 * Each row that is scrolled under the pointer would otherwise make the browser lay out the page in the middle of a frame.
 */
const REST_MS = 200;

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
  let pointed: Element | null = null;
  let scrolledAt = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    if (pointed !== null) giveTitle(pointed);
    pointed = null;
  };
  const rest = useTimeoutFn(look, REST_MS, { immediate: false });
  const passive = { capture: true, passive: true };
  useEventListener(document, 'scroll', ({ timeStamp }) => void (scrolledAt = timeStamp), passive);
  useEventListener(document, 'pointerover', ({ target, timeStamp }: PointerEvent) => {
    pointed = target instanceof Element ? target : null;
    rest.stop();
    if (timeStamp - scrolledAt < REST_MS) rest.start();
    else look();
  });
}

function giveTitle(target: Element): void {
  const element = cutElement(target);
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
}
