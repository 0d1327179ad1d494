import { shallowRef, type Ref } from 'vue';

/** The pointer moves this far before a press becomes a drag, pixels: less is a click. */
const START = 5;

/** Where the dragged column goes. */
export interface ColumnDrop {
  readonly id: string;
  /** The column that it goes before; null: behind all. */
  readonly before: string | null;
}

/** The drag of a header cell to another place. */
export interface ColumnDrag {
  /** The place under the pointer; null without a drag. */
  readonly drop: Readonly<Ref<ColumnDrop | null>>;
  press(event: PointerEvent, id: string): void;
  move(event: PointerEvent): void;
  release(): void;
  cancel(): void;
  /** Whether a click ends a drag, so that it is none. */
  endsDrag(): boolean;
}

/**
 * Drags of header cells. The cells have the attribute `data-column` with their ID; those without it keep their place.
 * @param settle is called with the place where a column was dropped
 */
export function useColumnDrag(settle: (drop: ColumnDrop) => void): ColumnDrag {
  const drop = shallowRef<ColumnDrop | null>(null);
  let pressed: { readonly id: string; readonly x: number; readonly cell: HTMLElement } | null = null;
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
      pressed = { id, x: event.clientX, cell: event.currentTarget };
    },
    move(event) {
      if (pressed === null || (drop.value === null && Math.abs(event.clientX - pressed.x) < START)) return;
      if (!isDragged) pressed.cell.setPointerCapture(event.pointerId);
      isDragged = true;
      const cells = [...(pressed.cell.parentElement?.querySelectorAll<HTMLElement>('[data-column]') ?? [])];
      const next = cells.find((cell) => {
        const { left, width } = cell.getBoundingClientRect();
        return event.clientX < left + width / 2;
      });
      drop.value = { id: pressed.id, before: next?.dataset['column'] ?? null };
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
