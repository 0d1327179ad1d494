/** An entry of the palette: a view, a command or a peer. */
export interface PaletteItem {
  readonly id: string;
  readonly group: 'go' | 'do' | 'peers';
  readonly title: string;
  readonly hint?: string;
  readonly keys?: string;
  /** More words for the search. */
  readonly words?: string;
}

const MAX_PEERS = 8;

/** Items that contain every typed word; titles that start with the first word come first. At most MAX_PEERS peers. */
export function searchPalette(items: readonly PaletteItem[], typed: string): readonly PaletteItem[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items.filter((item) => item.group !== 'peers');
  const first = words[0] ?? '';
  let peers = 0;
  return items
    .filter((item) => {
      const haystack = `${item.title} ${item.hint ?? ''} ${item.words ?? ''}`.toLowerCase();
      return (
        words.every((word) => haystack.includes(word)) && (item.group !== 'peers' || peers++ < MAX_PEERS)
      );
    })
    .map((item, at) => ({ item, at, rank: item.title.toLowerCase().startsWith(first) ? 0 : 1 }))
    .sort((a, b) => groupRank(a.item) - groupRank(b.item) || a.rank - b.rank || a.at - b.at)
    .map(({ item }) => item);
}

const groupRank = (item: PaletteItem): number => ['go', 'do', 'peers'].indexOf(item.group);
