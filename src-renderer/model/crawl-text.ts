import type { RequestParams } from '../../shared/api-contract.ts';
import type { CrawlStatus } from '../../shared/model/crawl.ts';

/** The filter of an export; null does not filter. */
export type CrawlFilter = RequestParams<'crawl.export'>;

/** The elapsed share of a crawl's duration, 0 to 1; 1 when it has ended. `now` is Unix milliseconds. */
export function crawlProgress(
  { state, startedAt, endsAt }: Pick<CrawlStatus, 'state' | 'startedAt' | 'endsAt'>,
  now: number,
): number {
  if (state !== 'running') return 1;
  return Math.min(1, Math.max(0, (now - startedAt) / Math.max(1, endsAt - startedAt)));
}

/** Milliseconds left of a running crawl, else 0. */
export function crawlTimeLeft({ state, endsAt }: Pick<CrawlStatus, 'state' | 'endsAt'>, now: number): number {
  return state === 'running' ? Math.max(0, endsAt - now) : 0;
}

/** At most `most` entries, largest first; if there are more, the last place is left for `rest`, the sum of the others. */
export function topAndRest<Entry extends { readonly count: number }>(
  entries: readonly Entry[],
  most: number,
): { readonly top: readonly Entry[]; readonly rest: number; readonly restKinds: number } {
  const sorted = [...entries].sort((a, b) => b.count - a.count);
  const cut = sorted.length > most ? most - 1 : most;
  const beyond = sorted.slice(cut);
  return {
    top: sorted.slice(0, cut),
    rest: beyond.reduce((sum, { count }) => sum + count, 0),
    restKinds: beyond.length,
  };
}

/** The text of the filter's fields. */
export interface FilterDraft {
  ip: string;
  minAge: string;
  ethNetwork: NonNullable<CrawlFilter['ethNetwork']> | '';
  snap: boolean;
  dialable: boolean;
  limit: string;
}

/** The fields of a filter that selects every node. */
export const EMPTY_FILTER: FilterDraft = {
  ip: '',
  minAge: '',
  ethNetwork: '',
  snap: false,
  dialable: false,
  limit: '',
};

/** The filter, or the first field that is wrong. */
export type FilterResult =
  | { readonly ok: true; readonly filter: CrawlFilter }
  | { readonly ok: false; readonly field: 'ip' | 'minAge' | 'limit' };

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  m: 60,
  min: 60,
  h: 3_600,
  d: 86_400,
};
const MAX_LIMIT = 1_000_000;

/** Reads a duration, "90", "90s", "15m", "6h", "2d", as seconds; undefined for other text. */
export function readSeconds(text: string): number | undefined {
  const found = /^(\d{1,9})\s*([a-z]*)$/i.exec(text.trim());
  const unit = UNITS[found?.[2]?.toLowerCase() ?? 'none'];
  return found === null || unit === undefined ? undefined : Number(found[1]) * unit;
}

/** Reads the fields of the export form; an empty field does not filter. */
export function readFilter(draft: FilterDraft): FilterResult {
  const ip = draft.ip.trim();
  if (ip !== '' && !/^[0-9a-f.:]+\/\d{1,3}$/i.test(ip)) return { ok: false, field: 'ip' };
  const minAge = draft.minAge.trim() === '' ? null : readSeconds(draft.minAge);
  if (minAge === undefined) return { ok: false, field: 'minAge' };
  const limit = draft.limit.trim() === '' ? null : Number(draft.limit.replaceAll(/[\s,]/g, ''));
  if (limit !== null && !(Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT)) {
    return { ok: false, field: 'limit' };
  }
  const { snap, dialable, ethNetwork } = draft;
  return {
    ok: true,
    filter: {
      ip: ip === '' ? null : ip,
      minAge,
      ethNetwork: ethNetwork === '' ? null : ethNetwork,
      snap,
      dialable,
      limit,
    },
  };
}
