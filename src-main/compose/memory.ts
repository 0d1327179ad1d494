import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { LaunchOptions } from '../app/launch-options.ts';
import { peerKindOf } from '../app/peer-kind.ts';
import { openSessionHistory, type RecordedHistory } from '../app/session-history-control.ts';
import type { CloseStack } from '../base/close-stack.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import { EventLines } from '../events/event-lines.ts';
import { ClockDrift } from '../health/clock-drift.ts';
import { OutsideContacts } from '../health/outside-contacts.ts';
import { UnknownForks } from '../health/unknown-forks.ts';
import { parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { BanList } from '../server/bans.ts';
import { ReputationTracker } from '../server/reputation.ts';
import { Statistics } from '../stats/statistics.ts';
import { BanDatabase } from '../store/ban-store.ts';
import { NodeListStore } from '../store/node-lists.ts';
import { NodeStore } from '../store/node-store.ts';
import { replaceFile } from '../store/replace-file.ts';
import { nodeRetention, sessionRetention } from '../store/retention.ts';
import type { SessionHistory } from '../store/session-history.ts';
import type { NodeData } from './data.ts';
import type { Runtime } from './runtime.ts';

/** What the program knows of other nodes, from its start to its end, whether our node runs or not. */
export interface NodeMemory {
  readonly statistics: Statistics;
  /** The node lists that the user edits. */
  readonly lists: NodeListStore;
  readonly nodes: NodeStore;
  readonly bans: BanList;
  readonly reputation: ReputationTracker;
  readonly history: RecordedHistory;
}

/** Opens it. @throws StoreError; SettingsError for an invalid file of node lists */
export async function openMemory(
  { settings, network, folder, unsaved, identity }: Omit<NodeData, 'blockedBy'>,
  options: Pick<LaunchOptions, 'staticNodes' | 'trustedNodes'>,
  runtime: Runtime,
  closing: CloseStack,
): Promise<NodeMemory> {
  const { clock, random, events, logger } = runtime;
  const { database, paths } = folder;
  const statistics = new Statistics(events, clock, {
    lines: new EventLines(),
    clockDrift: new ClockDrift(clock),
    outside: new OutsideContacts(),
    unknownForks: new UnknownForks(network, clock),
  });
  closing.add(() => {
    statistics.close();
  });
  const lists = await NodeListStore.open({
    ...{ clock, events },
    file: paths.nodeLists,
    ownIdHex: identity.idHex,
    replaceFile: unsaved.watching(replaceFile),
  });
  const nodes = await NodeStore.open({
    ...{ database, clock, random, logger: logger.child('store') },
    retention: nodeRetention(settings.current()),
  });
  await nodes.start();
  closing.add(() => nodes.stop());
  // The stored lists do not contain the nodes of the command line.
  const named = { static: options.staticNodes.map(parseNode), trusted: options.trustedNodes.map(parseNode) };
  const bans = await BanList.open({
    ...{ clock, events, ownIdHex: identity.idHex, logger: logger.child('bans') },
    store: new BanDatabase(database, logger.child('bans')),
    trusted: () => [...named.trusted, ...lists.entries('trusted').map(({ node }) => node)],
    nameOf: (idHex) => lists.labelOf(idHex) ?? statistics.clientOf(idHex),
  });
  closing.add(() => bans.close());
  const reputation = await openReputation(bans, lists, named, settings, runtime);
  closing.add(() => {
    reputation.close();
  });
  const history = await openSessionHistory({
    ...{ database, clock, events, logger, reputation, lists, statistics },
    retention: sessionRetention(settings.current()),
  });
  closing.add(() => history.close());
  closing.add(followRetention(settings, nodes, history.sessions));
  return { statistics, lists, nodes, bans, reputation, history };
}

/** Keeps what the settings say, also after a change of them. */
function followRetention(
  settings: EffectiveSettings,
  nodes: NodeStore,
  sessions: SessionHistory,
): Unsubscribe {
  return settings.onChange((values, keys) => {
    if (keys.some((key) => key === 'knownNodes' || key === 'knownNodesMaxAge')) {
      nodes.setRetention(nodeRetention(values));
    }
    if (keys.some((key) => key === 'pastSessions' || key === 'pastSessionsMaxAge')) {
      void sessions.setRetention(sessionRetention(values));
    }
  });
}

/** The reputation scores; a node with the lowest score is banned. */
async function openReputation(
  bans: BanList,
  lists: NodeListStore,
  named: Readonly<Record<'static' | 'trusted', readonly Node[]>>,
  settings: EffectiveSettings,
  { clock, events }: Runtime,
): Promise<ReputationTracker> {
  const isListed = (list: 'static' | 'trusted', idHex: string): boolean =>
    lists.get(list, idHex) !== undefined || named[list].some((node) => node.idHex === idHex);
  // A score of an earlier run does not ban a node of the command line.
  for (const { idHex } of named.static) await bans.liftScore(idHex);
  return new ReputationTracker({
    events,
    clock,
    mayBan: () => settings.current().reputation,
    kindOf: (idHex) => peerKindOf(idHex, isListed),
    ban: (idHex, offence, detail) => {
      bans.addByScore(idHex, offence, detail);
    },
  });
}
