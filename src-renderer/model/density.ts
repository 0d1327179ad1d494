/** How close the rows of all tables stand. */
export const DENSITIES = ['comfortable', 'compact'] as const;

/** One of DENSITIES. */
export type Density = (typeof DENSITIES)[number];

/** Share of a comfortable row's height (our choice): 32 px become 26, and text of 12.5 px still has air. */
const COMPACT_SHARE = 0.82;

/** The height of a row whose comfortable height is `height`, pixels. */
export const rowHeightOf = (density: Density, height: number): number =>
  density === 'compact' ? Math.round(height * COMPACT_SHARE) : height;

/** Reads a saved density; comfortable for anything else. */
export const readDensity = (text: string): Density =>
  DENSITIES.find((density) => density === text) ?? 'comfortable';
