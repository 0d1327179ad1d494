import { shallowRef, type Ref } from 'vue';

/** The pointer moves this far before a press becomes a drag, pixels: less is a click. */
const START = 4;
/** Near an edge of the table, pixels, a drag scrolls it by a row for each movement. */
const EDGE = 26;

/** Where the dragged row goes. */
export interface RowDrop {
  readonly id: string;
  /** The row that it goes before; null: behind all. */
  readonly before: string | null;
}

/** The drag of a row to another place. */
export interface RowDrag {
  /** The place under the pointer; null without a drag. */
  readonly drop: Readonly<Ref<RowDrop | null>>;
  press(event: PointerEvent, id: string): void;
  move(event: PointerEvent): void;
  release(): void;
  cancel(): void;
}

/**
 * Drags of rows by a handle. Rows that can be a target have the attribute `data-drag` with their ID, in a table that scrolls
 * (`.grid-scroll`). Only the rows in sight exist, so that a library that moves elements cannot do it.
 * @param settle is called with the place where a row was dropped
 */
export function useRowDrag(settle: (drop: RowDrop) => void): RowDrag {
  const drop = shallowRef<RowDrop | null>(null);
  let pressed: { readonly id: string; readonly y: number; readonly handle: HTMLElement } | null = null;

  const cancel = (): void => {
    pressed = null;
    drop.value = null;
  };
  return {
    drop,
    press(event, id) {
      if (event.button !== 0 || !(event.currentTarget instanceof HTMLElement)) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      pressed = { id, y: event.clientY, handle: event.currentTarget };
    },
    move(event) {
      const scroller = pressed?.handle.closest<HTMLElement>('.grid-scroll') ?? null;
      if (pressed === null || scroller === null) return;
      if (drop.value === null && Math.abs(event.clientY - pressed.y) < START) return;
      scrollAtEdge(scroller, event.clientY);
      const { id } = pressed;
      drop.value = { id, before: rowBelow(scroller, event.clientY) };
    },
    release() {
      const to = drop.value;
      cancel();
      if (to !== null && to.id !== to.before) settle(to);
    },
    cancel,
  };
}

function scrollAtEdge(scroller: HTMLElement, y: number): void {
  const { top, bottom } = scroller.getBoundingClientRect();
  if (y > bottom - EDGE) scroller.scrollTop += EDGE;
  else if (y < top + 2 * EDGE) scroller.scrollTop -= EDGE;
}

/** The ID of the first row whose middle is below the pointer; null for none. */
function rowBelow(scroller: HTMLElement, y: number): string | null {
  const rows = [...scroller.querySelectorAll<HTMLElement>('[data-drag]')].map((row) => {
    const { top, height } = row.getBoundingClientRect();
    return { id: row.dataset['drag'] ?? null, middle: top + height / 2 };
  });
  const below = rows.filter(({ middle }) => middle > y).sort((a, b) => a.middle - b.middle);
  return below[0]?.id ?? null;
}
