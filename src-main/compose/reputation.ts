import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import { parseNode } from '../node-record/node-factory.ts';
import type { LaunchOptions } from '../app/launch-options.ts';
import { BanList } from '../server/bans.ts';
import { ReputationTracker } from '../server/reputation.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Statistics } from '../stats/statistics.ts';
import { BanDatabase } from '../store/ban-store.ts';
import type { DataFolder } from '../store/data-folder.ts';
import type { NodeListStore } from '../store/node-lists.ts';

/** Bans and reputation scores. They live as long as the program, whether the node runs or not. */
export interface ComposedReputation {
  readonly bans: BanList;
  readonly reputation: ReputationTracker;
  close(): Promise<void>;
}

/** What bans and reputation need. */
export interface ReputationParts {
  readonly options: Pick<LaunchOptions, 'staticNodes' | 'trustedNodes'>;
  readonly folder: Pick<DataFolder, 'database'>;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly logger: Logger;
  readonly ownIdHex: string;
  readonly lists: NodeListStore;
  readonly settings: EffectiveSettings;
  readonly statistics: Statistics;
}

/** Opens the saved bans and the reputation book, which bans nodes with the lowest scores. @throws StoreError */
export async function composeReputation(parts: ReputationParts): Promise<ComposedReputation> {
  const { options, folder, clock, events, ownIdHex, lists, settings, statistics } = parts;
  // Nodes of the command line are not in the stored lists.
  const given = { static: options.staticNodes.map(parseNode), trusted: options.trustedNodes.map(parseNode) };
  const isOn = (list: 'static' | 'trusted', idHex: string): boolean =>
    lists.get(list, idHex) !== undefined || given[list].some((node) => node.idHex === idHex);
  const logger = parts.logger.child('bans');
  const bans = await BanList.open({
    store: new BanDatabase(folder.database, logger),
    clock,
    events,
    logger,
    ownIdHex,
    trusted: () => [...given.trusted, ...lists.entries('trusted').map(({ node }) => node)],
    nameOf: (idHex) => lists.labelOf(idHex) ?? statistics.clientOf(idHex),
  });
  // A score of an earlier run does not ban a node that the command line names.
  for (const { idHex } of given.static) await bans.liftScore(idHex);
  const reputation = new ReputationTracker({
    events,
    clock,
    mayBan: () => settings.current().reputation,
    kindOf: (idHex) => {
      if (isOn('trusted', idHex)) return 'trusted';
      return isOn('static', idHex) ? 'static' : 'dynamic';
    },
    ban: (idHex, reason) => {
      bans.addByScore(idHex, reason);
    },
  });
  return {
    bans,
    reputation,
    close: async () => {
      reputation.close();
      await bans.close();
    },
  };
}
