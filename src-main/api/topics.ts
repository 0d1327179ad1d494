import type { ApiTopics, TopicName, TopicParams } from '../../shared/api-contract.ts';
import { NODE_LISTS } from '../../shared/model/node-list.ts';
import type { ApiBackend, LineSource } from './backend.ts';
import type { Feed } from './feed.ts';
import { ListsFeed } from './lists-feed.ts';
import { RowFeed } from './row-feed.ts';

/** How a topic is read, and its shortest interval between pushes. */
export interface TopicSpec<Name extends TopicName> {
  readonly intervalMs: number;
  open(backend: ApiBackend, params: TopicParams<Name>): Feed;
}

/** Interval of commands, milliseconds: a menu or a click on a notification is answered at once. */
const COMMANDS_MS = 50;
/** Interval of tables, milliseconds. */
const TABLE_MS = 250;
/** Interval of charts and figures, milliseconds. */
const FIGURES_MS = 1_000;

/** A topic that is sent as a whole when it differs from what was sent last. */
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

/** A topic of rows with keys: only rows that were added or changed are sent, and the keys of rows that were removed. */
function rows<Name extends TopicName, Row>(
  intervalMs: number,
  read: (backend: ApiBackend) => readonly Row[],
  keyOf: (row: Row) => string,
): TopicSpec<Name> {
  return { intervalMs, open: (backend) => new RowFeed(() => read(backend), keyOf) };
}

/** A topic of numbered lines: only added lines are sent, and all when others replaced them. */
function lines<Name extends TopicName, Line extends { readonly seq: number }>(
  intervalMs: number,
  sourceOf: (backend: ApiBackend) => LineSource<Line>,
): TopicSpec<Name> {
  return {
    intervalMs,
    open(backend) {
      const source = sourceOf(backend);
      let { edition } = source;
      let newest = source.all().at(-1)?.seq ?? 0;
      return {
        snapshot: () => source.all().filter((line) => line.seq <= newest),
        changes() {
          if (source.edition !== edition) {
            const all = source.all();
            edition = source.edition;
            newest = all.at(-1)?.seq ?? 0;
            return { kind: 'snapshot', data: all };
          }
          const appended = source.after(newest);
          newest = appended.at(-1)?.seq ?? newest;
          return appended.length === 0 ? undefined : { kind: 'delta', data: { appended } };
        },
      };
    },
  };
}

/** All topics of the contract. */
export const TOPICS: { readonly [Name in TopicName]: TopicSpec<Name> } = {
  status: whole(FIGURES_MS, (backend) => backend.status()),
  chain: whole(2 * TABLE_MS, (backend) => backend.chain()),
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
  nodes: {
    intervalMs: 2 * TABLE_MS,
    open: ({ lists }) =>
      new ListsFeed(
        NODE_LISTS,
        () => lists.all(),
        ({ id }) => id,
      ),
  },
  logs: lines(TABLE_MS, (backend) => backend.logs),
  dns: whole(2 * TABLE_MS, (backend) => backend.discovery.dnsTrees()),
  crawl: whole(2 * TABLE_MS, (backend) => backend.crawl.status()),
  settings: whole(2 * TABLE_MS, (backend) => backend.settings.views()),
  bans: rows(
    2 * TABLE_MS,
    (backend) => backend.bans.list(),
    (ban) => ban.id,
  ),
  why: whole(FIGURES_MS, (backend, { span, step, code }) => backend.why.snapshot(span, step, code)),
  trace: whole(FIGURES_MS, (backend, { id }) => backend.why.trace(id)),
  doctor: whole(TABLE_MS, (backend, { id }) => backend.doctor.report(id)),
  recorder: whole(TABLE_MS, (backend) => backend.recorder.status()),
  records: lines(TABLE_MS, (backend) => backend.recorder),
  'desktop.commands': whole(COMMANDS_MS, (backend) => backend.desktop.pending()),
  'desktop.update': whole(TABLE_MS, (backend) => backend.desktop.updates.state()),
  'desktop.status': whole(TABLE_MS, (backend) => backend.desktop.status()),
};
