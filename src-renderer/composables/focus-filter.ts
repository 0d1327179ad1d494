/** The field that `/` focuses carries this attribute. */
export const FILTER_ATTRIBUTE = 'data-filter';

/** Puts the cursor into the filter of the shown view, where it has one. */
export function focusFilter(): void {
  const field = document.querySelector<HTMLInputElement>(`[${FILTER_ATTRIBUTE}]`);
  field?.focus();
  field?.select();
}
