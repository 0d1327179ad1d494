import type { ApiTopics, RowsDelta, TopicName, TopicParams } from '../../shared/api-contract.ts';
import type { ApiBackend, LineSource } from './backend.ts';

/** What changed since the feed was asked before; undefined when nothing did. */
export type Change = { readonly kind: 'snapshot' | 'delta'; readonly data: unknown } | undefined;

/** One topic with one set of parameters, followed while anybody looks at it. */
export interface Feed {
  /** The whole, as of the last `changes`. */
  snapshot(): unknown;
  /** Reads the node and says what changed. */
  changes(): Change;
}

/** How a topic is followed, and how often at most. */
export interface TopicSpec<Name extends TopicName> {
  readonly intervalMs: number;
  open(backend: ApiBackend, params: TopicParams<Name>): Feed;
}

/** Tables change at most 4 times a second. */
const TABLE_MS = 250;
/** Charts and figures once a second. */
const FIGURES_MS = 1_000;

/** A topic that is sent whole when it is no longer what was sent. */
function whole<Name extends TopicName>(
  intervalMs: number,
  read: (backend: ApiBackend, params: TopicParams<Name>) => ApiTopics[Name]['snapshot'],
): TopicSpec<Name> {
  return {
    intervalMs,
    open(backend, params) {
      let value = read(backend, params);
      let text = JSON.stringify(value);
      return {
        snapshot: () => value,
        changes() {
          const next = read(backend, params);
          const nextText = JSON.stringify(next);
          if (nextText === text) return undefined;
          value = next;
          text = nextText;
          return { kind: 'delta', data: value };
        },
      };
    },
  };
}

/** A topic of rows with keys: the rows that came or changed, and the keys of those that left. */
function rows<Name extends TopicName, Row>(
  intervalMs: number,
  read: (backend: ApiBackend) => readonly Row[],
  keyOf: (row: Row) => string,
): TopicSpec<Name> {
  return {
    intervalMs,
    open(backend) {
      let value = read(backend);
      let texts = new Map(value.map((row) => [keyOf(row), JSON.stringify(row)]));
      return {
        snapshot: () => value,
        changes() {
          value = read(backend);
          const nextTexts = new Map(value.map((row) => [keyOf(row), JSON.stringify(row)]));
          const upserted = value.filter((row) => nextTexts.get(keyOf(row)) !== texts.get(keyOf(row)));
          const removed = [...texts.keys()].filter((key) => !nextTexts.has(key));
          texts = nextTexts;
          if (upserted.length === 0 && removed.length === 0) return undefined;
          return { kind: 'delta', data: { upserted, removed } satisfies RowsDelta<Row> };
        },
      };
    },
  };
}

/** A topic of numbered lines: those that were added. */
function lines<Name extends TopicName, Line extends { readonly seq: number }>(
  intervalMs: number,
  sourceOf: (backend: ApiBackend) => LineSource<Line>,
): TopicSpec<Name> {
  return {
    intervalMs,
    open(backend) {
      const source = sourceOf(backend);
      let newest = source.all().at(-1)?.seq ?? 0;
      return {
        snapshot: () => source.all().filter((line) => line.seq <= newest),
        changes() {
          const appended = source.after(newest);
          newest = appended.at(-1)?.seq ?? newest;
          return appended.length === 0 ? undefined : { kind: 'delta', data: { appended } };
        },
      };
    },
  };
}

/** Every topic of the contract. */
export const TOPICS: { readonly [Name in TopicName]: TopicSpec<Name> } = {
  status: whole(FIGURES_MS, (backend) => backend.status()),
  peers: rows(
    TABLE_MS,
    (backend) => backend.peers(),
    (row) => row.id,
  ),
  peer: whole(2 * TABLE_MS, (backend, { id }) => backend.peerDetail(id)),
  table: whole(2 * TABLE_MS, (backend, { protocol }) => backend.discovery.table(protocol)),
  discovery: whole(FIGURES_MS, (backend, { protocol }) => backend.discovery.counters(protocol)),
  lookup: whole(TABLE_MS, (backend, { protocol }) => backend.discovery.latestLookup(protocol)),
  traffic: whole(FIGURES_MS, (backend) => backend.trafficNow()),
  events: lines(TABLE_MS, (backend) => backend.events),
  dials: whole(FIGURES_MS, (backend) => backend.dials()),
  nodes: whole(2 * TABLE_MS, (backend) => backend.lists.all()),
  logs: lines(TABLE_MS, (backend) => backend.logs),
  dns: whole(2 * TABLE_MS, (backend) => backend.discovery.dnsTrees()),
  crawl: whole(2 * TABLE_MS, (backend) => backend.crawl.status()),
  settings: whole(2 * TABLE_MS, (backend) => backend.settings.views()),
  bans: whole(2 * TABLE_MS, (backend) => backend.bans.list()),
  why: whole(FIGURES_MS, (backend, { span, step, code }) => backend.why.snapshot(span, step, code)),
  trace: whole(FIGURES_MS, (backend, { id }) => backend.why.trace(id)),
};
