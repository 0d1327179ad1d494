import type { Ground } from './ground.ts';
import { parseNode } from '../node-record/node-factory.ts';
import { BanList } from '../server/bans.ts';
import { ReputationBook } from '../server/reputation.ts';
import { BanDatabase } from '../store/ban-store.ts';

/** Who is kept out and how nodes stand: lives as long as the program, whether the node runs or not. */
export interface NodeStanding {
  readonly bans: BanList;
  readonly reputation: ReputationBook;
  close(): Promise<void>;
}

/** Opens the bans that are kept, and a book of scores whose worst are banned. */
export async function composeStanding(
  ground: Pick<
    Ground,
    'options' | 'folder' | 'clock' | 'events' | 'logger' | 'ownIdHex' | 'lists' | 'settings' | 'statistics'
  >,
): Promise<NodeStanding> {
  const { options, folder, clock, events, ownIdHex, lists, settings, statistics } = ground;
  // Nodes that the command line names are on no list that can be edited.
  const given = { static: options.staticNodes.map(parseNode), trusted: options.trustedNodes.map(parseNode) };
  const isOn = (list: 'static' | 'trusted', idHex: string): boolean =>
    lists.get(list, idHex) !== undefined || given[list].some((node) => node.idHex === idHex);
  const logger = ground.logger.child('bans');
  const bans = await BanList.open({
    store: new BanDatabase(folder.database, logger),
    clock,
    events,
    logger,
    ownIdHex,
    trusted: () => [...given.trusted, ...lists.entries('trusted').map(({ node }) => node)],
    nameOf: (idHex) => lists.labelOf(idHex) ?? statistics.clientOf(idHex),
  });
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
