import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import { parseNode } from '../node-record/node-factory.ts';
import type { LaunchOptions } from '../app/launch-options.ts';
import { BanList } from '../server/bans.ts';
import { ReputationBook } from '../server/reputation.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Statistics } from '../stats/statistics.ts';
import { BanDatabase } from '../store/ban-store.ts';
import type { DataFolder } from '../store/data-folder.ts';
import type { NodeListStore } from '../store/node-lists.ts';

/** Who is kept out and how nodes stand: lives as long as the program, whether the node runs or not. */
export interface NodeStanding {
  readonly bans: BanList;
  readonly reputation: ReputationBook;
  close(): Promise<void>;
}

/** What they stand on. */
export interface StandingParts {
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

/** Opens the bans that are kept, and a book of scores whose worst are banned. @throws StoreError */
export async function composeStanding(parts: StandingParts): Promise<NodeStanding> {
  const { options, folder, clock, events, ownIdHex, lists, settings, statistics } = parts;
  // Nodes that the command line names are on no list that can be edited.
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
  // Whom the command line wants is not kept out by a score of an earlier run.
  for (const { idHex } of given.static) await bans.liftScore(idHex);
  const reputation = new ReputationBook({
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
