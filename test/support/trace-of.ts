import type { NodeTrace } from '../../shared/model/why.ts';
import { systemClock } from '../../src-main/base/system-runtime.ts';
import type { BanList } from '../../src-main/server/bans.ts';
import { ProgressWorld } from './progress-world.ts';
import { openBans } from './memory-bans.ts';
import type { P2pNode } from './p2p-node.ts';

/** The trace of a node, from the events of ours so far. */
export function traceOf(us: P2pNode, idHex: string): NodeTrace {
  const world = new ProgressWorld(us.idHex, { isStatic: (id) => us.server.dialing.isStatic(id) });
  world.tell(...us.events.all);
  return world.funnel.trace(idHex);
}

/** A ban list in memory with bans of these targets. */
export async function bansOf(...targets: readonly string[]): Promise<BanList> {
  const bans = await openBans(systemClock);
  for (const target of targets) await bans.add(target, 'hour', 'it floods');
  return bans;
}
