import type { NodeTrace } from '../../shared/model/why.ts';
import { systemClock } from '../../src-main/base/system-runtime.ts';
import { BanList } from '../../src-main/server/bans.ts';
import { JourneyWorld } from './journey-world.ts';
import type { P2pNode } from './p2p-node.ts';
import { silentLogger } from './silent-logger.ts';

/** What our node would tell a person of another, from the facts so far. */
export function traceOf(us: P2pNode, idHex: string): NodeTrace {
  const world = new JourneyWorld(us.idHex, { isStatic: (id) => us.server.dialing.isStatic(id) });
  world.tell(...us.events.all);
  return world.journeys.trace(idHex);
}

/** Bans in memory, for a node of a test. */
export async function bansOf(...targets: readonly string[]): Promise<BanList> {
  const bans = await BanList.open({
    store: { load: () => Promise.resolve([]), put: () => Promise.resolve(), remove: () => Promise.resolve() },
    clock: systemClock,
    events: { emit: () => undefined },
    logger: silentLogger,
    ownIdHex: 'f'.repeat(64),
    trusted: () => [],
    nameOf: () => null,
  });
  for (const target of targets) await bans.add(target, 'hour', 'it floods');
  return bans;
}
