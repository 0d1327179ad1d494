import type { PortSettingKey } from '../../shared/model/health-action.ts';
import type { LogLevel } from '../../shared/model/log.ts';
import type { NodeStatus } from '../../shared/model/node.ts';
import type { DialOutcome, EventLine, PeerDetail, PeerRow } from '../../shared/model/peer.ts';
import type { SeriesSpan, TrafficNow, TrafficSeries } from '../../shared/model/series.ts';
import { ApiError, isOwnError } from '../api/api-error.ts';
import type {
  ApiBackend,
  BanControl,
  ExportedText,
  LineSource,
  SessionControl,
  SettingsControl,
} from '../api/backend.ts';
import { peerDetail, peerRow, type LivePeer } from '../api/peer-view.ts';
import { BanController } from './bans.ts';
import { CrawlController, type CrawlParts } from './crawl-control.ts';
import { UdpError } from './udp-error.ts';
import { assertNothingAside, blameSetting, failureOf, type BlockedSettings } from './setting-failure.ts';
import { findFreePort, type FreePort } from './free-port.ts';
import { DiscoveryController, type DiscoveryParts } from './discovery-control.ts';
import { SessionController } from './session-history-control.ts';
import { WhyController, type WhyParts } from './progress-control.ts';
import { nodesOf, type ConfiguredNodes } from './configured-nodes.ts';
import { ListControl, type NodeListParts } from './node-list-control.ts';
import type { RunningNode } from './running-node.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { SettingsController } from './settings-control.ts';
import { StatusView, type NodePhase, type StatusParts } from './node-status-view.ts';
import { logText } from '../base/log.ts';
import type { Clock, Logger, Unsubscribe } from '../base/runtime.ts';
import type { RingSink } from '../base/log-sinks.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { BanList } from '../server/bans.ts';
import type { ReputationTracker } from '../server/reputation.ts';
import type { SessionHistory } from '../store/session-history.ts';
import type { ChoosePath } from './setting-checks.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { PeerEvents, type PeerEvent } from '../events/peer-events.ts';
import { LOG_LEVELS } from '../../shared/model/log.ts';

/** What the backend needs from the program: that of its controls, and what it uses itself. */
export type BackendParts = NodeListParts &
  WhyParts &
  DiscoveryParts &
  CrawlParts &
  StatusParts &
  BlockedSettings & {
    readonly clock: Clock;
    readonly logger: Logger;
    readonly logs: RingSink;
    readonly events: EventBus;
    readonly settings: EffectiveSettings;
    readonly bans: BanList;
    readonly reputation: ReputationTracker;
    readonly sessions: SessionHistory;
    readonly choosePath: ChoosePath | undefined;
    /** Nodes that cannot be edited. */
    readonly configured: ConfiguredNodes;
    /** Builds and starts a node. @throws EnodeckError; nothing is left open */
    readonly startNode: () => Promise<RunningNode>;
  };

/** The node as all doors see it: started and stopped, read and changed. */
export class Backend implements ApiBackend {
  readonly lists: ListControl;
  readonly settings: SettingsControl;
  readonly bans: BanControl;
  readonly sessions: SessionControl;
  readonly why: WhyController;
  readonly discovery: DiscoveryController;
  readonly crawl: CrawlController;
  readonly events: LineSource<EventLine>;
  readonly logs: RingSink;
  readonly #parts: BackendParts;
  readonly #status: StatusView;
  readonly #peerEvents: PeerEvents;
  #phase: NodePhase = { phase: 'stopped', failure: null };
  #node: RunningNode | undefined;
  /** Starts and stops run one at a time. */
  readonly #transitions = new SerialQueue();

  constructor(parts: BackendParts) {
    const { settings, configured: given } = parts;
    this.#parts = parts;
    this.#status = new StatusView(parts);
    this.lists = new ListControl(parts, given, () => this.#node);
    settings.onChange((current, keys) => {
      this.#node?.applySettings(current);
      if (keys.includes('bootnodes')) this.#node?.setBootnodes(nodesOf(parts, given, 'bootnodes'));
    });
    this.settings = new SettingsController(settings, this.lists, {
      dataFolder: parts.folder.paths.folder,
      choosePath: parts.choosePath,
    });
    this.bans = new BanController(parts.bans);
    this.sessions = new SessionController(parts);
    this.why = new WhyController(parts, given, () => this.#node);
    this.discovery = new DiscoveryController(parts, () => this.#node);
    this.crawl = new CrawlController(parts, () => this.#node);
    this.#peerEvents = new PeerEvents(parts.events, () => settings.current().msgEvents);
    this.events = parts.statistics.lines;
    this.logs = parts.logs;
  }

  /** @throws EnodeckError why the node cannot start; it is stopped then, and the status says why */
  start(): Promise<void> {
    return this.#transitions.run(async () => {
      if (this.#node !== undefined) return;
      this.#setPhase('starting');
      try {
        assertNothingAside(this.#parts);
        this.#node = await this.#parts.startNode();
        // Settings and bans may have changed while it started.
        this.#node.applySettings(this.#parts.settings.current());
        this.#setPhase('running');
      } catch (cause: unknown) {
        const error = blameSetting(this.#parts.settings, cause);
        const failure = failureOf(error);
        const freePort = await this.#freePortFor(cause);
        this.#phase = { phase: 'failed', failure, freePort };
        const { code, message: reason } = failure;
        this.#parts.events.emit({ type: 'node/phase', phase: 'failed', code, reason });
        throw error;
      }
    });
  }

  stop(): Promise<void> {
    return this.#transitions.run(async () => {
      const node = this.#node;
      if (node === undefined) return;
      this.#setPhase('stopping');
      await node.stop();
      this.#node = undefined;
      this.#setPhase('stopped');
    });
  }

  async useFreePort(key: PortSettingKey): Promise<number> {
    const port = await findFreePort(key, this.#parts.settings.upcoming());
    if (port === undefined) {
      throw new ApiError('no-free-port', 'No port was found that is free for TCP and UDP.', 'key');
    }
    await this.#parts.settings.update({ [key]: port });
    await this.stop();
    await this.start();
    return port;
  }

  status(): NodeStatus {
    return this.#status.read(this.#phase, this.#node);
  }

  peers(): readonly PeerRow[] {
    const { reputation } = this.#parts;
    const row = (peer: LivePeer): PeerRow => {
      const { idHex } = peer.session;
      return peerRow(peer, reputation.score(idHex), this.why.sourcesOf(idHex));
    };
    return this.#node?.peers().map(row) ?? [];
  }

  peerDetail(id: string): PeerDetail | null {
    const peer = this.#node?.peers().find(({ session }) => session.idHex === id);
    if (peer === undefined) return null;
    return peerDetail(peer, {
      earlier: this.#parts.statistics.outcomes.of(id),
      reputation: this.#parts.reputation.view(id),
      sources: this.why.sourcesOf(id),
    });
  }

  disconnect(id: string): boolean {
    return this.#node?.disconnect(id) ?? false;
  }

  trafficNow(): TrafficNow {
    return this.#parts.statistics.counters.traffic();
  }

  trafficSeries(span: SeriesSpan): TrafficSeries {
    return this.#parts.statistics.traffic.series(span);
  }

  dials(): readonly DialOutcome[] {
    return this.#parts.statistics.dials.list(this.#parts.clock.now());
  }

  exportLogs(level: LogLevel, text: string): ExportedText {
    const least = LOG_LEVELS.indexOf(level);
    const wanted = text.toLowerCase();
    const lines = this.#parts.logs
      .all()
      .filter((line) => LOG_LEVELS.indexOf(line.level) >= least)
      .map(logText)
      .filter((line) => line.toLowerCase().includes(wanted));
    const day = new Date(this.#parts.clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
    return { text: lines.map((line) => `${line}\n`).join(''), fileName: `enodeck-${day}.log` };
  }

  onPeerEvent(listener: (event: PeerEvent) => void): Unsubscribe {
    return this.#peerEvents.subscribe(listener);
  }

  #setPhase(phase: 'starting' | 'running' | 'stopping' | 'stopped'): void {
    this.#phase = { phase, failure: null };
    this.#parts.events.emit({ type: 'node/phase', phase });
  }

  /** What helps where a port was taken; undefined where the start failed of something else. */
  async #freePortFor(error: unknown): Promise<FreePort | undefined> {
    if (!isOwnError(error) || error.code !== 'port-in-use') return undefined;
    const settings = this.#parts.settings.current();
    const key = error instanceof UdpError && settings.discoveryPort !== null ? 'discoveryPort' : 'port';
    const port = await findFreePort(key, settings);
    return port === undefined ? undefined : { key, port };
  }
}
