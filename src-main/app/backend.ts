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
import { CrawlController } from './crawl-control.ts';
import { UdpError } from './udp-error.ts';
import { assertNothingAside, blameSetting, failureOf } from './setting-failure.ts';
import { findFreePort, type FreePort } from './free-port.ts';
import { DiscoveryController } from './discovery-control.ts';
import { SessionController } from './session-history-control.ts';
import { WhyController } from './progress-control.ts';
import { nodesOf, type ConfiguredNodes } from './configured-nodes.ts';
import type { GivenTree } from '../compose/dns.ts';
import type { NodeContext } from '../compose/node-context.ts';
import { ListControl } from './node-list-control.ts';
import { startNode, type RunningNode } from '../compose/node.ts';
import { SettingsController } from './settings-control.ts';
import { StatusView, type NodePhase } from './node-status-view.ts';
import { logText } from '../base/log.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { PeerEvents, type PeerEvent } from '../events/peer-events.ts';
import { LOG_LEVELS } from '../../shared/model/log.ts';

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
  readonly logs: NodeContext['logs'];
  readonly #context: NodeContext;
  readonly #status: StatusView;
  readonly #given: ConfiguredNodes;
  readonly #demoList: GivenTree | undefined;
  readonly #peerEvents: PeerEvents;
  #phase: NodePhase = { phase: 'stopped', failure: null };
  #node: RunningNode | undefined;
  /** Starts and stops run one at a time. */
  readonly #transitions = new SerialQueue();

  /**
   * @param given nodes that cannot be edited
   * @param demoList the demo's node list, where the demo runs
   */
  constructor(context: NodeContext, given: ConfiguredNodes, demoList?: GivenTree) {
    this.#context = context;
    this.#status = new StatusView(context);
    this.#given = given;
    this.#demoList = demoList;
    this.lists = new ListControl(context, given, () => this.#node);
    context.settings.onChange((settings, keys) => {
      this.#node?.applySettings(settings);
      if (keys.includes('bootnodes')) this.#node?.setBootnodes(nodesOf(context, given, 'bootnodes'));
    });
    this.settings = new SettingsController(context.settings, this.lists, {
      dataFolder: context.folder.paths.folder,
      choosePath: context.choosePath,
    });
    this.bans = new BanController(context.bans);
    this.sessions = new SessionController(context);
    this.why = new WhyController(context, given, () => this.#node);
    this.discovery = new DiscoveryController(context, () => this.#node);
    this.crawl = new CrawlController(context, () => this.#node);
    this.#peerEvents = new PeerEvents(context.events, () => context.settings.current().msgEvents);
    this.events = context.statistics.lines;
    this.logs = context.logs;
  }

  /** @throws EnodeckError why the node cannot start; it is stopped then, and the status says why */
  start(): Promise<void> {
    return this.#transitions.run(async () => {
      if (this.#node !== undefined) return;
      this.#setPhase('starting');
      try {
        assertNothingAside(this.#context);
        this.#node = await startNode(this.#context, this.#given, this.#demoList);
        // Settings and bans may have changed while it started.
        this.#node.applySettings(this.#context.settings.current());
        this.#setPhase('running');
      } catch (cause: unknown) {
        const error = blameSetting(this.#context.settings, cause);
        const failure = failureOf(error);
        const freePort = await this.#freePortFor(cause);
        this.#phase = { phase: 'failed', failure, freePort };
        this.#context.logger
          .child('node')
          .error('the node cannot start', { code: failure.code, reason: failure.message });
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
    const port = await findFreePort(key, this.#context.settings.upcoming());
    if (port === undefined) {
      throw new ApiError('no-free-port', 'No port was found that is free for TCP and UDP.', 'key');
    }
    await this.#context.settings.update({ [key]: port });
    await this.stop();
    await this.start();
    return port;
  }

  status(): NodeStatus {
    return this.#status.read(this.#phase, this.#node);
  }

  peers(): readonly PeerRow[] {
    const { reputation } = this.#context;
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
      earlier: this.#context.statistics.outcomes.of(id),
      reputation: this.#context.reputation.view(id),
      sources: this.why.sourcesOf(id),
    });
  }

  disconnect(id: string): boolean {
    return this.#node?.disconnect(id) ?? false;
  }

  trafficNow(): TrafficNow {
    return this.#context.statistics.counters.traffic();
  }

  trafficSeries(span: SeriesSpan): TrafficSeries {
    return this.#context.statistics.traffic.series(span);
  }

  dials(): readonly DialOutcome[] {
    return this.#context.statistics.dials.list(this.#context.clock.now());
  }

  exportLogs(level: LogLevel, text: string): ExportedText {
    const least = LOG_LEVELS.indexOf(level);
    const wanted = text.toLowerCase();
    const lines = this.#context.logs
      .all()
      .filter((line) => LOG_LEVELS.indexOf(line.level) >= least)
      .map(logText)
      .filter((line) => line.toLowerCase().includes(wanted));
    const day = new Date(this.#context.clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
    return { text: lines.map((line) => `${line}\n`).join(''), fileName: `enodeck-${day}.log` };
  }

  onPeerEvent(listener: (event: PeerEvent) => void): Unsubscribe {
    return this.#peerEvents.subscribe(listener);
  }

  #setPhase(phase: 'starting' | 'running' | 'stopping' | 'stopped'): void {
    this.#phase = { phase, failure: null };
    this.#context.events.emit({ type: 'node/phase', phase });
  }

  /** What helps where a port was taken; undefined where the start failed of something else. */
  async #freePortFor(error: unknown): Promise<FreePort | undefined> {
    if (!isOwnError(error) || error.code !== 'port-in-use') return undefined;
    const settings = this.#context.settings.current();
    const key = error instanceof UdpError && settings.discoveryPort !== null ? 'discoveryPort' : 'port';
    const port = await findFreePort(key, settings);
    return port === undefined ? undefined : { key, port };
  }
}
