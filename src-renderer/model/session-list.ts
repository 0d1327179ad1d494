import type { CauseKind } from '../../shared/causes/cause-spec.ts';
import { wordsOf } from '../../shared/causes/sentences.ts';
import { NO_FIGURES, type PeerRow } from '../../shared/model/peer.ts';
import type { SessionRecord } from '../../shared/model/session.ts';

const COLOURS: Readonly<Record<CauseKind, string>> = {
  breach: 'var(--bad)',
  silent: 'var(--warn)',
  broken: 'var(--warn)',
  rejected: 'var(--warn)',
  full: 'var(--line-strong)',
};

/** The colour of the end of a session, by the kind of its cause; neutral for an end in normal operation. */
export function sessionTone(code: string): string {
  const { kind } = wordsOf(code);
  return kind === undefined ? 'var(--line-strong)' : COLOURS[kind];
}

/** A past session as the row that its panel shows. */
export function rowOfSession(record: SessionRecord): PeerRow {
  return {
    ...NO_FIGURES,
    id: record.nodeId,
    name: record.name,
    label: record.label,
    ip: record.ip,
    port: record.port,
    direction: record.direction,
    kind: { static: record.kind === 'static', trusted: record.kind === 'trusted' },
    capabilities: record.capabilities,
    ethVersion: null,
    stage: 'running',
    latestBlock: null,
    latencyMs: null,
    latencyTrend: [],
    connectedAt: record.startedAt,
    bytesIn: record.bytesIn,
    bytesOut: record.bytesOut,
    rateIn: 0,
    rateOut: 0,
    lastInAt: record.endedAt,
    lastOutAt: record.endedAt,
    reputation: record.reputation,
  };
}
