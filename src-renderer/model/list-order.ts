import type { NodeListEntry, NodeListName } from '../../shared/model/node-list.ts';

/** The lists in the order in which they are shown. */
export const SHOWN_LISTS = ['static', 'trusted', 'bootnodes'] as const satisfies readonly NodeListName[];

/** The entry in front of which an entry goes to be one place up (-1) or down (1); undefined where it cannot. Null: the end. */
export function placeOfStep(
  entries: readonly NodeListEntry[],
  id: string,
  step: -1 | 1,
): string | null | undefined {
  const own = entries.filter(({ source }) => source === 'user');
  const at = own.findIndex((entry) => entry.id === id);
  if (at < 0 || at + step < 0 || at + step >= own.length) return undefined;
  return (step < 0 ? own[at - 1] : own[at + 2])?.id ?? null;
}

/** The entries with one of them in front of the entry `before`, or at the end for null. */
export function moved(
  entries: readonly NodeListEntry[],
  id: string,
  before: string | null,
): readonly NodeListEntry[] {
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry === undefined || id === before) return entries;
  const rest = entries.filter((candidate) => candidate !== entry);
  const at = rest.findIndex((candidate) => candidate.id === before);
  return at < 0 ? [...rest, entry] : [...rest.slice(0, at), entry, ...rest.slice(at)];
}
