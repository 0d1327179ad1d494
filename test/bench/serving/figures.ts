import type { Figure } from '../rows.ts';

/** What is asked for. */
export const KINDS = ['headers', 'bodies', 'receipts', 'large receipts'] as const;
export type Kind = (typeof KINDS)[number];

/** How our node has the chain that it serves. */
export const SOURCES = {
  archive: 'a node with an archive',
  warm: 'a node in front of geth, all items in its cache',
  cold: 'a node in front of geth, just started, each item asked for once',
} as const;
export type Source = keyof typeof SOURCES;

/** How many requests are in flight. */
export const WINDOWS = { one: 1, piped: 4 } as const;
export type Window = keyof typeof WINDOWS;

/** The figure of a kind. @param size blocks of a request @param bytes of an answer, on average */
export function figureOf(kind: Kind, source: Source, window: Window, size: number, bytes: number): Figure {
  const kib = Math.round(bytes / 1024).toLocaleString('en');
  return {
    name: `serve ${kind}: ${source}${window === 'one' ? '' : `, ${String(WINDOWS[window])} in flight`}`,
    what: `${SOURCES[source]}: ${String(size)} a request, answers of ${kib} KiB`,
    unit: 'requests/s',
    better: 'higher',
  };
}
