import { shallowRef, type Ref } from 'vue';

/** The pointer moves this far before a press becomes a drag, pixels: less is a click. */
const START = 5;

/** Where the dragged element goes. */
export interface DragPlace {
  readonly id: string;
  /** The element that it goes before; null: behind all. */
  readonly before: string | null;
}

/** The drag of an element to another place in its row or column. */
export interface PlaceDrag {
  /** The place under the pointer; null without a drag. */
  readonly drop: Readonly<Ref<DragPlace | null>>;
  press(event: PointerEvent, id: string): void;
  move(event: PointerEvent): void;
  release(): void;
  cancel(): void;
  /** Whether a click ends a drag, so that it is none. */
  endsDrag(): boolean;
}

/** How elements of a kind are dragged. */
export interface DragRules {
  readonly axis: 'clientX' | 'clientY';
  /** A handle takes the pointer with the press. What can be clicked takes it with the drag: it would lose the click. */
  readonly isHandle: boolean;
  /** The ID of the element before which the pressed one would be dropped; null: behind all. */
  beforeAt(pressed: HTMLElement, event: PointerEvent): string | null;
  /** Is called with the place where an element was dropped. */
  settle(drop: DragPlace): void;
}

/** Called in a setup function. */
export function usePlaceDrag({ axis, isHandle, beforeAt, settle }: DragRules): PlaceDrag {
  const drop = shallowRef<DragPlace | null>(null);
  let pressed: { readonly id: string; readonly at: number; readonly element: HTMLElement } | null = null;
  let isDragged = false;

  const cancel = (): void => {
    pressed = null;
    drop.value = null;
  };
  return {
    drop,
    press(event, id) {
      isDragged = false;
      if (event.button !== 0 || !(event.currentTarget instanceof HTMLElement)) return;
      pressed = { id, at: event[axis], element: event.currentTarget };
      if (isHandle) pressed.element.setPointerCapture(event.pointerId);
    },
    move(event) {
      if (pressed === null || (drop.value === null && Math.abs(event[axis] - pressed.at) < START)) return;
      if (!isDragged && !isHandle) pressed.element.setPointerCapture(event.pointerId);
      isDragged = true;
      drop.value = { id: pressed.id, before: beforeAt(pressed.element, event) };
    },
    release() {
      const to = drop.value;
      cancel();
      if (to !== null && to.id !== to.before) settle(to);
    },
    cancel,
    endsDrag() {
      const was = isDragged;
      isDragged = false;
      return was;
    },
  };
}
