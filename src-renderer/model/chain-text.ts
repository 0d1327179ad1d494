import { clientAdviceOf } from '../../shared/causes/client-advice.ts';
import type { Failure } from '../../shared/causes/facts.ts';
import { shortId } from '../../shared/format.ts';
import {
  RELAY_REFUSALS,
  type ArchiveView,
  type ChainCache,
  type ChainRange,
  type ImportView,
  type RelayRefusal,
  type RelayTotals,
  type SentryView,
  type ServedKind,
} from '../../shared/model/chain.ts';
import type { Translate } from '../composables/use-messages.ts';
import { formatCount, visibleText } from './format.ts';

/** The state of a source in words. */
export interface SourceState {
  readonly tone: 'good' | 'warn' | 'bad' | 'busy' | 'quiet';
  readonly title: string;
  /** When the state began; null where that is not known. */
  readonly since: number | null;
  /** Why, and what follows; sentences. */
  readonly lines: readonly string[];
}

const HASH = /0x[0-9a-f]{64}/gi;

/** A failure as a sentence; hashes are shortened, and what a client wrote is made visible. */
export function failureText({ message }: Failure): string {
  const text = visibleText(message).replace(HASH, (hash) => `0x${shortId(hash, 6, 4)}`);
  return `${text.replace(/\.$/, '')}.`;
}

/** The state of an execution client. */
export function sentryState({ phase, since, client, failure }: SentryView, t: Translate): SourceState {
  if (phase === 'connected') return { tone: 'good', title: t('chain.connected'), since, lines: [] };
  if (phase === 'stopped') {
    return {
      tone: 'quiet',
      title: t('chain.notConnected'),
      since: null,
      lines: [t('chain.connectsAtStart')],
    };
  }
  const advice = failure === null ? undefined : clientAdviceOf(failure);
  const why = [
    ...(failure === null ? [] : [failureText(failure)]),
    ...(advice === undefined ? [] : [`${advice}.`]),
  ];
  if (failure?.code === 'rpc-wrong-chain') {
    return { tone: 'bad', title: t('chain.otherChain'), since, lines: why };
  }
  if (client === null) return { tone: 'warn', title: t('chain.notConnectedYet'), since, lines: why };
  return { tone: 'warn', title: t('chain.away'), since, lines: [...why, t('chain.frozen')] };
}

/** The number of blocks in a range. */
const blocksOf = ({ earliest, latest }: ChainRange): bigint => BigInt(latest) - BigInt(earliest) + 1n;

/** The state of imported files. */
export function archiveState(archive: ArchiveView, range: ChainRange, t: Translate): SourceState {
  const found = archive.import;
  if (found?.state === 'running')
    return { tone: 'busy', title: t('chain.importing'), since: null, lines: [] };
  if (found?.state === 'failed') {
    const lines = found.failure === null ? [] : [failureText(found.failure)];
    return { tone: 'bad', title: t('chain.importFailed'), since: null, lines: [...lines, t('chain.kept')] };
  }
  if (range.latest === '0') return { tone: 'quiet', title: t('chain.noBlocks'), since: null, lines: [] };
  const blocks = blocksOf(range);
  const title = t('chain.blocks', { n: formatCount(String(blocks)) }, blocks === 1n ? 1 : 2);
  return { tone: 'good', title, since: null, lines: [] };
}

/** A range as "0 – 23,817,402"; one block as its number. */
export function rangeText({ earliest, latest }: ChainRange): string {
  return earliest === latest ? formatCount(latest) : `${formatCount(earliest)} – ${formatCount(latest)}`;
}

/** The share of the file in progress that is read, 0 to 1. */
export function importShare({ bytesRead, bytes }: ImportView): number {
  return bytes === 0 ? 0 : Math.min(1, bytesRead / bytes);
}

/** The share of the items of answers that came from the cache, 0 to 1; null before the first item. */
export function cacheShare({ headers, bodies, receipts }: ChainCache): number | null {
  const uses = [headers, bodies, receipts];
  const hits = uses.reduce((sum, use) => sum + use.hits, 0);
  const all = uses.reduce((sum, use) => sum + use.misses, hits);
  return all === 0 ? null : hits / all;
}

/** Requests that got the empty answer because the source was late or failed, in words; empty where there were none. */
export function troubleText({ late, failed }: ServedKind, t: Translate): string {
  return [
    ...(late > 0 ? [t('chain.late', { n: formatCount(late) })] : []),
    ...(failed > 0 ? [t('chain.failed', { n: formatCount(failed) })] : []),
  ].join(', ');
}

/** The requests of all kinds. */
export function servedTotals(served: readonly ServedKind[]): {
  readonly asked: number;
  readonly empty: number;
} {
  return {
    asked: served.reduce((sum, kind) => sum + kind.asked, 0),
    empty: served.reduce((sum, kind) => sum + kind.empty, 0),
  };
}

/** A figure of the transactions; its name is that of its messages. */
export interface RelayFigure {
  readonly name: 'received' | 'accepted' | 'observed' | 'relayed' | 'pending';
  readonly count: number;
}

/** The figures of the transactions: what the client took and what was sent on, or what was observed. */
export function relayFigures({
  received,
  accepted,
  observed,
  announcedOut,
  sentOut,
  pending,
}: RelayTotals): readonly RelayFigure[] {
  const outcome: readonly RelayFigure[] =
    observed === null
      ? [
          { name: 'accepted', count: accepted },
          { name: 'relayed', count: announcedOut + sentOut },
        ]
      : [{ name: 'observed', count: observed }];
  const waiting: readonly RelayFigure[] = pending > 0 ? [{ name: 'pending', count: pending }] : [];
  return [{ name: 'received', count: received }, ...outcome, ...waiting];
}

/** Why transactions were refused, the most frequent reason first. */
export function refusals(
  refused: RelayTotals['refused'],
): readonly { readonly reason: RelayRefusal; readonly count: number }[] {
  return RELAY_REFUSALS.map((reason) => ({ reason, count: refused[reason] }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
