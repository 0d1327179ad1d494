import { usePlaceDrag, type DragPlace, type PlaceDrag } from './use-place-drag.ts';

/**
 * Drags of header cells. The cells have the attribute `data-column` with their ID; those without it keep their place.
 * Called in a setup function.
 */
export function useColumnDrag(settle: (drop: DragPlace) => void): PlaceDrag {
  return usePlaceDrag({ axis: 'clientX', isHandle: false, beforeAt: columnAfter, settle });
}

/** The ID of the first column whose middle is after the pointer; null for none. */
function columnAfter(cell: HTMLElement, { clientX }: PointerEvent): string | null {
  const cells = [...(cell.parentElement?.querySelectorAll<HTMLElement>('[data-column]') ?? [])];
  const next = cells.find((each) => {
    const { left, width } = each.getBoundingClientRect();
    return clientX < left + width / 2;
  });
  return next?.dataset['column'] ?? null;
}
