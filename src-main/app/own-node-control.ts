import type { NodeStatus } from '../../shared/model/node.ts';
import type { OwnNodeReport } from '../../shared/model/own-node.ts';
import { TABLE_PROTOCOLS, type DiscoveryCounters, type TableProtocol } from '../../shared/model/table.ts';
import { to0x } from '../base/bytes.ts';
import type { Clock } from '../base/runtime.ts';
import type { OwnNodeFacts, OwnRecord, StrangeFork } from '../doctor/own-facts.ts';
import { checkOwnNode } from '../doctor/own-node.ts';
import type { Statistics } from '../stats/statistics.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { isConfined } from './node-status-view.ts';
import type { RunningNode } from './running-node.ts';

/** What the checks of this node read. */
export interface OwnNodeParts {
  readonly clock: Clock;
  readonly settings: Pick<EffectiveSettings, 'current'>;
  readonly statistics: Pick<Statistics, 'outside' | 'unknownForks'>;
  readonly discovery: { counters(protocol: TableProtocol): DiscoveryCounters };
  readonly current: { readonly node: RunningNode | undefined };
}

/** Checks what other nodes can reach of this node, with the figures that it has; sends no packet. */
export class OwnNodeController {
  readonly #parts: OwnNodeParts;

  constructor(parts: OwnNodeParts) {
    this.#parts = parts;
  }

  /** @param status the status of now */
  check(status: NodeStatus): OwnNodeReport {
    return checkOwnNode(this.#facts(status));
  }

  #facts(status: NodeStatus): OwnNodeFacts {
    const { clock, settings, statistics, discovery, current } = this.#parts;
    const { outside, unknownForks } = statistics;
    const running = current.node?.discovery;
    const [v4, v5] = TABLE_PROTOCOLS.map((protocol) => discovery.counters(protocol));
    return {
      now: clock.now(),
      status,
      confined: isConfined({ settings }),
      discovery: { v4: running?.v4 !== undefined, v5: running?.v5 !== undefined },
      contacts: { tcp: outside.of('tcp'), udp: outside.of('udp') },
      reported: {
        ipv4: running?.vote.reported('ipv4') ?? [],
        ipv6: running?.vote.reported('ipv6') ?? [],
      },
      record: recordOf(current.node),
      recordRequests: recordRequestsOf(v4),
      nodesOnOurFork: Math.max(v4?.knownByFork.ours ?? 0, v5?.knownByFork.ours ?? 0),
      strangeFork: strangeForkOf(unknownForks.list()),
    };
  }
}

function recordOf(node: RunningNode | undefined): OwnRecord | undefined {
  const record = node?.record.current();
  if (record === undefined) return undefined;
  const { seq, ip, udp, tcp, ip6, udp6, tcp6, eth } = record;
  return { seq, ip, udp, tcp, ip6, udp6, tcp6, forkHash: eth === undefined ? undefined : to0x(eth.hash) };
}

/** ENRRequests of discovery v4. A v5 node requests our record with a FINDNODE, which may request other records too. */
function recordRequestsOf(v4: DiscoveryCounters | undefined): OwnNodeFacts['recordRequests'] {
  const count = (packet: string, direction: 'in' | 'out'): number =>
    v4?.packets.find((each) => each.packet === packet)?.[direction] ?? 0;
  return { asked: count('enrrequest', 'in'), answered: count('enrresponse', 'out') };
}

/** The unknown fork with the most announcements. */
function strangeForkOf([fork]: ReturnType<Statistics['unknownForks']['list']>): StrangeFork | undefined {
  if (fork === undefined) return undefined;
  const { hash, peers, peersOnOurFork, isPassed } = fork;
  return { hash, peers, peersOnOurFork, isPassed };
}
