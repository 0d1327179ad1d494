/** Sources of a node, in the order in which they are shown. */
export const SOURCE_ORDER = [
  'v4',
  'v5',
  'dns',
  'bootnode',
  'database',
  'static',
  'trusted',
  'inbound',
] as const;

/** One of SOURCE_ORDER. */
export type KnownSource = (typeof SOURCE_ORDER)[number];

/** A source; `known` is its key in the messages `foundBy`, null if this window does not know it. */
export interface SourceMark {
  readonly key: string;
  readonly known: KnownSource | null;
}

/** Sources without repetition, in the order of SOURCE_ORDER. */
export function sourceMarks(sources: readonly string[]): readonly SourceMark[] {
  const given = new Set(sources);
  return [
    ...SOURCE_ORDER.filter((name) => given.has(name)).map((name) => ({ key: name, known: name })),
    ...[...given]
      .filter((name) => !(SOURCE_ORDER as readonly string[]).includes(name))
      .map((name) => ({ key: name, known: null })),
  ];
}
