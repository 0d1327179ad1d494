import type { Ground } from './ground.ts';
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
    'folder' | 'clock' | 'events' | 'logger' | 'ownIdHex' | 'lists' | 'settings' | 'statistics'
  >,
): Promise<NodeStanding> {
  const { folder, clock, events, ownIdHex, lists, settings, statistics } = ground;
  const logger = ground.logger.child('bans');
  const bans = await BanList.open({
    store: new BanDatabase(folder.database, logger),
    clock,
    events,
    logger,
    ownIdHex,
    trusted: () => lists.entries('trusted').map(({ node }) => node),
    nameOf: (idHex) => lists.labelOf(idHex) ?? statistics.clientOf(idHex),
  });
  const reputation = new ReputationBook({
    events,
    clock,
    mayBan: () => settings.current().reputation,
    kindOf: (idHex) => {
      if (lists.get('trusted', idHex) !== undefined) return 'trusted';
      return lists.get('static', idHex) === undefined ? 'dynamic' : 'static';
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
