import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import type { NodeSource } from '../../shared/model/node-source.ts';
import type { NodeTrace, WhySnapshot, WhySpan, WhyStepName } from '../../shared/model/why.ts';
import { ApiError } from '../api/api-error.ts';
import type { WhyControl } from '../api/backend.ts';
import type { ConfiguredNodes } from './configured-nodes.ts';
import { forkOf } from './record-fork.ts';
import type { Clock } from '../base/runtime.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import type { EventSource } from '../events/events.ts';
import type { ReputationTracker } from '../server/reputation.ts';
import type { Statistics } from '../stats/statistics.ts';
import type { NodeListStore } from '../store/node-lists.ts';
import type { NodeStore } from '../store/node-store.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import type { CurrentNode } from './running-node.ts';
import { hexToBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import { parseNode } from '../node-record/node-factory.ts';
import { nodeIdIn } from '../node-record/node-id.ts';
import type { Node } from '../node-record/node.ts';
import { maxDialedPeers, maxInboundPeers } from '../server/limits.ts';
import { ProgressFunnel } from '../progress/funnel.ts';
import type { WhyFacts } from '../progress/why-statements.ts';

/** Dependencies of the funnel. */
export interface WhyParts {
  readonly ownIdHex: string;
  readonly clock: Clock;
  readonly chain: Pick<ChainStatus, 'forkFilter'>;
  readonly events: EventSource;
  readonly statistics: Statistics;
  readonly lists: Pick<NodeListStore, 'get' | 'labelOf'>;
  readonly nodes: Pick<NodeStore, 'getNode'>;
  readonly reputation: Pick<ReputationTracker, 'score'>;
  readonly settings: Pick<EffectiveSettings, 'current'>;
  readonly configured: ConfiguredNodes;
  readonly current: CurrentNode;
}

/** Why nodes are peers or not, for the API: the progress of the nodes since the start of the program. */
export class WhyController implements WhyControl {
  readonly #funnel: ProgressFunnel;
  readonly #parts: WhyParts;

  constructor(parts: WhyParts) {
    this.#parts = parts;
    const isListed =
      (list: NodeListName) =>
      (idHex: string): boolean =>
        this.#listed(list, idHex) !== undefined;
    this.#funnel = new ProgressFunnel(parts.ownIdHex, parts.clock, {
      forkOf: (node) => forkOf(parts.chain, node),
      unknownForks: () =>
        new Set(
          parts.statistics.unknownForks
            .list()
            .filter(({ isPassed }) => isPassed)
            .map(({ hash }) => hash),
        ),
      labelOf: (idHex) => parts.lists.labelOf(idHex),
      isStatic: isListed('static'),
      isTrusted: isListed('trusted'),
      dialStateOf: (node) => parts.current.node?.dialState(node),
      reputationOf: (idHex) => parts.reputation.score(idHex),
      earlierOf: (idHex) => parts.statistics.outcomes.of(idHex),
      nodeOf: (idHex) => this.#nodeOf(idHex),
      facts: () => this.#facts(),
      inboundSince: (since) => parts.statistics.arrivals.nodesSince(since),
    });
    parts.events.subscribe((event, at) => {
      this.#funnel.apply(event, at);
    });
  }

  snapshot(span: WhySpan, step: WhyStepName | null, code: CauseCode | null): WhySnapshot {
    return this.#funnel.why(span, step, code);
  }

  trace(text: string): NodeTrace {
    return this.#funnel.trace(idOf(text.trim()));
  }

  now(): number {
    return this.#parts.clock.now();
  }

  /** The sources of a node: `v4`, `static`, `inbound`, …. */
  sourcesOf(idHex: string): readonly NodeSource[] {
    return this.#funnel.sourcesOf(idHex);
  }

  #listed(list: NodeListName, idHex: string): Node | undefined {
    const own = this.#parts.lists.get(list, idHex);
    return (own ?? this.#parts.configured[list].find(({ node }) => node.idHex === idHex))?.node;
  }

  #nodeOf(idHex: string): Node | undefined {
    return (
      this.#parts.current.node?.discovery?.known(hexToBytes(idHex), idHex) ??
      this.#parts.nodes.getNode(idHex) ??
      this.#listed('static', idHex) ??
      this.#listed('trusted', idHex) ??
      this.#listed('bootnodes', idHex)
    );
  }

  #facts(): WhyFacts {
    const { node } = this.#parts.current;
    const settings = this.#parts.settings.current();
    const peers = node?.peers() ?? [];
    const inbound = peers.filter(({ session }) => session.direction === 'inbound').length;
    return {
      running: node !== undefined,
      discoveryEnabled: node?.discovery !== undefined,
      dynamicDials: settings.dynamicDials && !settings.noDial,
      peers: { total: peers.length, inbound, outbound: peers.length - inbound },
      limits: {
        maxPeers: settings.maxPeers,
        maxInbound: maxInboundPeers(settings),
        maxDialed: maxDialedPeers(settings),
      },
      freeSlots: node?.dialTotals()?.freeSlots ?? null,
      uptimeMs: node === undefined ? 0 : this.#parts.clock.now() - node.startedAt,
      isReachable: this.#parts.statistics.outside.count > 0,
      port: node?.listening().find(({ protocol }) => protocol === 'tcp')?.port ?? null,
      clockOffsetMs: this.#parts.statistics.clockDrift.status?.offsetMs ?? null,
    };
  }
}

/** The node ID in a text: hex digits, an enode URL or a record. @throws ApiError `invalid-node` */
function idOf(text: string): string {
  try {
    return nodeIdIn(text) ?? parseNode(text).idHex;
  } catch (cause) {
    const reason = describeError(cause);
    throw new ApiError(
      'invalid-node',
      `A node ID of 64 hex digits, an enode URL or a record is needed: ${reason}.`,
      'node',
      { cause },
    );
  }
}
