import { usePlaceDrag, type DragPlace, type PlaceDrag } from './use-place-drag.ts';

/** Near an edge of the table, pixels, a drag scrolls it by a row for each movement. */
const EDGE = 26;

/**
 * Drags of rows by a handle. Rows that can be a target have the attribute `data-drag` with their ID, in a table that scrolls
 * (`.grid-scroll`). Only the rows in sight exist, so that a library that moves elements cannot do it. Called in a setup
 * function.
 */
export function useRowDrag(settle: (drop: DragPlace) => void): PlaceDrag {
  return usePlaceDrag({
    axis: 'clientY',
    isHandle: true,
    beforeAt(handle, { clientY }) {
      const scroller = handle.closest('.grid-scroll');
      if (scroller === null) return null;
      scrollAtEdge(scroller, clientY);
      return rowBelow(scroller, clientY);
    },
    settle,
  });
}

function scrollAtEdge(scroller: Element, y: number): void {
  const { top, bottom } = scroller.getBoundingClientRect();
  if (y > bottom - EDGE) scroller.scrollTop += EDGE;
  else if (y < top + 2 * EDGE) scroller.scrollTop -= EDGE;
}

/** The ID of the first row whose middle is below the pointer; null for none. */
function rowBelow(scroller: Element, y: number): string | null {
  const rows = [...scroller.querySelectorAll<HTMLElement>('[data-drag]')].map((row) => {
    const { top, height } = row.getBoundingClientRect();
    return { id: row.dataset['drag'] ?? null, middle: top + height / 2 };
  });
  const below = rows.filter(({ middle }) => middle > y).sort((a, b) => a.middle - b.middle);
  return below[0]?.id ?? null;
}
