/** Colour themes of the window. */
export const THEMES = ['system', 'light', 'dark'] as const;

/** One of THEMES. */
export type Theme = (typeof THEMES)[number];
