/** Space beside the content of a cell, pixels. */
const PADDING = 18;

/**
 * The width that a column of a table needs for its header and the rows in sight, pixels.
 * @param head the header cell of the column
 */
export function contentWidth(head: HTMLElement): number {
  const at = [...(head.parentElement?.children ?? [])].indexOf(head);
  const rows = head.closest('.grid-scroll')?.querySelectorAll('.grid-row') ?? [];
  const cells = [...rows].flatMap((row) => row.children[at] ?? []);
  return Math.max(...[head, ...cells].map(widthOf)) + PADDING;
}

/** The width of what an element contains, also of what does not fit into it. */
function widthOf(element: Element): number {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect().width;
}
