/** The tabs of a message; in a wide window fields and bytes are side by side. */
export const DETAIL_TABS = ['fields', 'hex', 'timing'] as const;

/** One of DETAIL_TABS. */
export type DetailTab = (typeof DETAIL_TABS)[number];
