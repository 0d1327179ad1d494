import type { ChainView } from '../../shared/model/chain.ts';
import type { StopProgress } from '../../shared/model/desktop.ts';
import type { PortSettingKey } from '../../shared/model/health-action.ts';
import { LOG_LEVELS, type LogLevel } from '../../shared/model/log.ts';
import type { HealthCheck, NodeStatus } from '../../shared/model/node.ts';
import type { OwnNodeReport } from '../../shared/model/own-node.ts';
import type { DialOutcome, EventLine, PeerDetail, PeerRow } from '../../shared/model/peer.ts';
import type { SeriesSpan, TrafficNow, TrafficSeries } from '../../shared/model/series.ts';
import { ApiError, isOwnError } from '../api/api-error.ts';
import type { ApiBackend, ExportedText, LineSource } from '../api/backend.ts';
import { peerDetail, peerRow, type LivePeer } from '../api/peer-view.ts';
import { fileTime } from '../base/file-time.ts';
import type { RingSink } from '../base/log-sinks.ts';
import { logText } from '../base/log-formats.ts';
import type { Clock, Unsubscribe } from '../base/runtime.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { EventSink } from '../events/events.ts';
import type { PeerEvent, PeerEvents } from '../events/peer-events.ts';
import type { Node } from '../node-record/node.ts';
import type { ReputationTracker } from '../server/reputation.ts';
import type { Statistics } from '../stats/statistics.ts';
import { findFreePort, type FreePort } from './free-port.ts';
import { HealthWatch } from './health-watch.ts';
import type { NodePhase, StatusView } from './node-status-view.ts';
import type { ChainController } from './chain-control.ts';
import type { OwnNodeController } from './own-node-control.ts';
import type { WhyController } from './progress-control.ts';
import type { RunningNode } from './running-node.ts';
import {
  assertNoneSetAside,
  attributeToSetting,
  startFailureOf,
  type BlockedSettings,
} from './setting-failure.ts';
import { UdpError } from './udp-error.ts';

/** The controls that the backend offers to the API. */
export type Controls = Pick<
  ApiBackend,
  | 'lists'
  | 'pasted'
  | 'settings'
  | 'bans'
  | 'identity'
  | 'firstStart'
  | 'sessions'
  | 'discovery'
  | 'discv5'
  | 'crawl'
  | 'known'
  | 'recorder'
  | 'doctor'
  | 'composer'
  | 'dialer'
  | 'desktop'
> & { readonly why: WhyController };

/** Constructor arguments of Backend. */
export interface BackendParts {
  readonly controls: Controls;
  /** Set when the node has started, cleared when it has stopped. */
  readonly current: { node: RunningNode | undefined };
  /** Creates and starts a node. @throws EnodeckError; nothing is left open */
  readonly startNode: () => Promise<RunningNode>;
  readonly status: StatusView;
  readonly chain: ChainController;
  readonly ownNode: OwnNodeController;
  readonly peerEvents: PeerEvents;
  readonly settings: BlockedSettings['settings'];
  readonly blockedBy: BlockedSettings['blockedBy'];
  /** The bootnodes at the moment. */
  readonly bootnodes: () => readonly Node[];
  readonly statistics: Pick<Statistics, 'counters' | 'dials' | 'lines' | 'outcomes' | 'traffic'>;
  readonly reputation: Pick<ReputationTracker, 'score' | 'view'>;
  readonly logs: RingSink;
  /** Name of a fork of our chain by its hash, 8 hex digits; undefined for a hash of another chain. */
  readonly forkNameOf: (hash: string) => string | undefined;
  readonly clock: Clock;
  readonly events: EventSink;
}

/** The node for all API transports: starts and stops it, and reads it. */
export class Backend implements ApiBackend {
  readonly lists: Controls['lists'];
  readonly pasted: Controls['pasted'];
  readonly settings: Controls['settings'];
  readonly bans: Controls['bans'];
  readonly identity: Controls['identity'];
  readonly firstStart: Controls['firstStart'];
  readonly sessions: Controls['sessions'];
  readonly why: WhyController;
  readonly discovery: Controls['discovery'];
  readonly discv5: Controls['discv5'];
  readonly crawl: Controls['crawl'];
  readonly known: Controls['known'];
  readonly recorder: Controls['recorder'];
  readonly composer: Controls['composer'];
  readonly dialer: Controls['dialer'];
  readonly doctor: Controls['doctor'];
  readonly desktop: Controls['desktop'];
  readonly events: LineSource<EventLine>;
  readonly logs: RingSink;
  readonly #parts: BackendParts;
  readonly #health: HealthWatch;
  #phase: NodePhase = { phase: 'stopped', failure: null };
  /** Starts and stops run one at a time. */
  readonly #transitions = new SerialQueue();

  constructor(parts: BackendParts) {
    const { controls, settings, current, bootnodes } = parts;
    this.#parts = parts;
    this.#health = new HealthWatch(parts.clock, () => this.status().health);
    this.lists = controls.lists;
    this.pasted = controls.pasted;
    this.settings = controls.settings;
    this.bans = controls.bans;
    this.identity = controls.identity;
    this.firstStart = controls.firstStart;
    this.sessions = controls.sessions;
    this.why = controls.why;
    this.discovery = controls.discovery;
    this.discv5 = controls.discv5;
    this.crawl = controls.crawl;
    this.known = controls.known;
    this.recorder = controls.recorder;
    this.composer = controls.composer;
    this.dialer = controls.dialer;
    this.doctor = controls.doctor;
    this.desktop = controls.desktop;
    this.events = parts.statistics.lines;
    this.logs = parts.logs;
    settings.onChange((values, keys) => {
      current.node?.applySettings(values);
      if (keys.includes('bootnodes')) current.node?.setBootnodes(bootnodes());
    });
  }

  /** @throws EnodeckError why the node cannot start; then it is stopped, and the status has the reason */
  start(): Promise<void> {
    const { current, settings, events } = this.#parts;
    return this.#transitions.run(async () => {
      if (current.node !== undefined) return;
      this.#setPhase('starting');
      try {
        assertNoneSetAside(this.#parts);
        current.node = await this.#parts.startNode();
        // Settings and bans may have changed during the start.
        current.node.applySettings(settings.current());
        this.#setPhase('running');
      } catch (cause: unknown) {
        const error = attributeToSetting(settings, cause);
        const failure = startFailureOf(error);
        const freePort = await this.#freePortFor(cause);
        this.#phase = { phase: 'failed', failure, freePort };
        const { code, message: reason } = failure;
        events.emit({ type: 'node/phase', phase: 'failed', code, reason });
        throw error;
      }
    });
  }

  stop(): Promise<void> {
    const { current } = this.#parts;
    return this.#transitions.run(async () => {
      if (current.node === undefined) return;
      this.#setPhase('stopping');
      await current.node.stop();
      current.node = undefined;
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

  /** What is left of a stop of the node. */
  stopProgress(): StopProgress {
    const { node } = this.#parts.current;
    return { left: node?.unstopped() ?? [], sessions: node?.peers().length ?? 0 };
  }

  status(): NodeStatus {
    return this.#parts.status.read(this.#phase, this.#parts.current.node);
  }

  chain(): ChainView {
    return this.#parts.chain.view();
  }

  ownNode(): OwnNodeReport {
    return this.#parts.ownNode.check(this.status());
  }

  peers(): readonly PeerRow[] {
    const { reputation, current } = this.#parts;
    const row = (peer: LivePeer): PeerRow => {
      const { idHex } = peer.session;
      return peerRow(peer, reputation.score(idHex), this.why.sourcesOf(idHex));
    };
    return current.node?.peers().map(row) ?? [];
  }

  peerDetail(id: string): PeerDetail | null {
    const peer = this.#parts.current.node?.peers().find(({ session }) => session.idHex === id);
    if (peer === undefined) return null;
    return peerDetail(peer, {
      earlier: this.#parts.statistics.outcomes.of(id),
      reputation: this.#parts.reputation.view(id),
      sources: this.why.sourcesOf(id),
      forkNameOf: this.#parts.forkNameOf,
    });
  }

  disconnect(id: string): boolean {
    return this.#parts.current.node?.disconnect(id) ?? false;
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
    return {
      text: lines.map((line) => `${line}\n`).join(''),
      fileName: `enodeck-${fileTime(this.#parts.clock.now())}.log`,
    };
  }

  onHealth(listener: (health: readonly HealthCheck[]) => void): Unsubscribe {
    return this.#health.subscribe(listener);
  }

  onPeerEvent(listener: (event: PeerEvent) => void): Unsubscribe {
    return this.#parts.peerEvents.subscribe(listener);
  }

  #setPhase(phase: 'starting' | 'running' | 'stopping' | 'stopped'): void {
    this.#phase = { phase, failure: null };
    this.#parts.events.emit({ type: 'node/phase', phase });
  }

  /** A free port when the start failed because its port was in use; undefined after other failures. */
  async #freePortFor(error: unknown): Promise<FreePort | undefined> {
    if (!isOwnError(error) || error.code !== 'port-in-use') return undefined;
    const settings = this.#parts.settings.current();
    const key = error instanceof UdpError && settings.discoveryPort !== null ? 'discoveryPort' : 'port';
    const port = await findFreePort(key, settings);
    return port === undefined ? undefined : { key, port };
  }
}
