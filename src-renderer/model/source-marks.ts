import { NODE_SOURCES, type NodeSource } from '../../shared/model/node-source.ts';

/** A source; `known` is its key in the messages `foundBy`, null if this window does not know it. */
export interface SourceMark {
  readonly key: string;
  readonly known: NodeSource | null;
}

/** Sources without repetition, in the order of NODE_SOURCES. */
export function sourceMarks(sources: readonly string[]): readonly SourceMark[] {
  const given = new Set(sources);
  return [
    ...NODE_SOURCES.filter((name) => given.has(name)).map((name) => ({ key: name, known: name })),
    ...[...given]
      .filter((name) => !(NODE_SOURCES as readonly string[]).includes(name))
      .map((name) => ({ key: name, known: null })),
  ];
}
