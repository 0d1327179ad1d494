/** The attribute of the field that `/` focuses. */
export const FILTER_ATTRIBUTE = 'data-filter';

/** Focuses the filter field of the current view, if it has one. */
export function focusFilter(): void {
  const field = document.querySelector<HTMLInputElement>(`[${FILTER_ATTRIBUTE}]`);
  field?.focus();
  field?.select();
}
