import type { StopStep } from '../../shared/model/desktop.ts';
import type { DnsTreeView } from '../../shared/model/dns-tree.ts';
import type { ExternalAddress, ListeningAddress, NatStatus } from '../../shared/model/node.ts';
import type { RelayTotals, ServedKind } from '../../shared/model/chain.ts';
import type { NodeEntryState, NodeListName } from '../../shared/model/node-list.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';
import type { LivePeer } from '../api/peer-view.ts';
import type { CloseStack } from '../base/close-stack.ts';
import type { Clock } from '../base/runtime.ts';
import type { StreamShaper } from '../base/shaped-stream.ts';
import type { DialState, DialTotals } from '../dialing/dial-state.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { DnsLists } from '../discovery/dns/client.ts';
import type { Serving } from '../eth/serving.ts';
import { ethSessionOf } from '../eth/session.ts';
import type { EndCause, EventSink } from '../events/events.ts';
import type { LocalRecord } from '../node-record/local-record.ts';
import type { Node } from '../node-record/node.ts';
import type { TransactionRelay } from '../relay/relay.ts';
import type { Peer } from '../server/peer-set.ts';
import { ConnectError } from '../server/errors.ts';
import type { P2pServer } from '../server/server.ts';
import type { NodeListStore } from '../store/node-lists.ts';
import type { NodeStore } from '../store/node-store.ts';
import { entryState } from './entry-state.ts';
import { FAMILIES, type ExternalAddressManager } from './external-address-manager.ts';
import { capsOf, limitsOf, serverSettingsOf } from './server-settings.ts';
import type { RunningNode } from './running-node.ts';

/** What a started node is made of. */
export interface StartedNodeParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly events: EventSink;
  readonly nodes: Pick<NodeStore, 'getNode'>;
  readonly lists: Pick<NodeListStore, 'labelOf'>;
  readonly record: LocalRecord;
  readonly discovery: Discovery | undefined;
  readonly dns: DnsLists | undefined;
  readonly server: P2pServer;
  readonly shaper: StreamShaper;
  readonly externalAddress: ExternalAddressManager;
  readonly serving: Pick<Serving, 'tally'>;
  /** Undefined without a transaction pool. */
  readonly relay: Pick<TransactionRelay, 'totals'> | undefined;
  readonly capabilities: readonly string[];
  /** Stops all of them, the last one that was started first. */
  readonly closing: CloseStack<StopStep>;
}

/** A running node: reads its parts for the views, passes changes to them, and stops them. */
export class StartedNode implements RunningNode {
  readonly startedAt: number;
  readonly record: LocalRecord;
  readonly discovery: Discovery | undefined;
  readonly capabilities: readonly string[];
  readonly #parts: StartedNodeParts;
  readonly #server: P2pServer;

  constructor(parts: StartedNodeParts) {
    this.startedAt = parts.clock.now();
    this.record = parts.record;
    this.discovery = parts.discovery;
    this.capabilities = parts.capabilities;
    this.#parts = parts;
    this.#server = parts.server;
  }

  listening(): readonly ListeningAddress[] {
    const tcp = this.#server.listening.map((at) => ({ protocol: 'tcp' as const, ...at }));
    return [...tcp, ...this.#udpSockets()];
  }

  external(): readonly ExternalAddress[] {
    return this.#parts.externalAddress.external();
  }

  nat(): NatStatus {
    return this.#parts.externalAddress.nat();
  }

  peers(): readonly LivePeer[] {
    return this.#server.peers().map((peer) => this.#livePeer(peer));
  }

  dnsTrees(): readonly DnsTreeView[] {
    return this.#parts.dns?.views() ?? [];
  }

  served(): readonly ServedKind[] {
    return this.#parts.serving.tally.list();
  }

  relayed(): RelayTotals | undefined {
    return this.#parts.relay?.totals();
  }

  dialTotals(): DialTotals | undefined {
    return this.#server.dialing.totals();
  }

  dialState(node: Node): DialState | undefined {
    return this.#server.dialing.stateOf(node);
  }

  entryState(node: Node): NodeEntryState {
    return entryState(this.#server.dialing.stateOf(node), this.#server.limits().maxPeers);
  }

  isStatic(idHex: string): boolean {
    return this.#server.dialing.isStatic(idHex);
  }

  listed(list: NodeListName, node: Node): void {
    if (list !== 'bootnodes') emitListed(this.#parts.events, node, list);
    if (list === 'static') this.#server.dialing.addStatic(node);
    if (list === 'trusted') this.#server.addTrusted(node.idHex);
  }

  unlisted(list: NodeListName, idHex: string): void {
    if (list === 'static') this.#server.dialing.removeStatic(idHex);
    if (list === 'trusted') this.#server.removeTrusted(idHex);
  }

  setBootnodes(nodes: readonly Node[]): void {
    void this.discovery?.setBootnodes(nodes);
  }

  async dial(node: Node): Promise<EndCause | undefined> {
    try {
      await this.#server.connect(node);
      return undefined;
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      return error.endCause;
    }
  }

  disconnect(idHex: string): boolean {
    if (this.#server.peer(idHex) === undefined) return false;
    void this.#server.disconnect(idHex);
    return true;
  }

  applySettings(settings: NodeSettings): void {
    this.#server.setLimits(limitsOf(settings));
    this.#parts.shaper.setCaps(capsOf(settings));
    this.#server.setSettings(serverSettingsOf(settings));
    this.#server.recheck();
  }

  unstopped(): readonly StopStep[] {
    return this.#parts.closing.steps;
  }

  stop(): Promise<void> {
    return this.#parts.closing.close();
  }

  #udpSockets(): readonly ListeningAddress[] {
    const socket = this.discovery?.socket;
    return FAMILIES.flatMap((family) => {
      const at = socket?.local(family);
      const receiveBuffer = socket?.receiveBuffer(family);
      if (at === undefined) return [];
      return [{ protocol: 'udp' as const, ...at, ...(receiveBuffer && { receiveBuffer }) }];
    });
  }

  #livePeer({ session, node, origin }: Peer): LivePeer {
    const { idHex } = session;
    const found = this.discovery?.known(node.id, idHex) ?? this.#parts.nodes.getNode(idHex);
    // The remote port of an inbound peer is not its listening port.
    const own = origin === 'inbound' && node.tcp === 0 ? undefined : node;
    return {
      session,
      eth: ethSessionOf(session),
      kind: { static: this.#server.dialing.isStatic(idHex), trusted: this.#server.isTrusted(idHex) },
      label: this.#parts.lists.labelOf(idHex),
      node: found ?? own,
    };
  }
}

/** Emits `discovery/found` for a node that the user added; discovery emits it for the nodes that it finds. */
export function emitListed(events: EventSink, node: Node, source: 'static' | 'trusted'): void {
  events.emit({ type: 'discovery/found', node, source, from: undefined });
}
