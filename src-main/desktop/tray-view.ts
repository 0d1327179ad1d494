import type { StopStep } from '../../shared/model/desktop.ts';
import type { NodeStatus } from '../../shared/model/node.ts';
import type { TrafficNow } from '../../shared/model/series.ts';
import { formatByteRate, formatQuantity } from '../../shared/format.ts';
import { possibleActions } from './node-actions.ts';

/** The tray's icons: the node has peers, it runs without a peer, it does not run. */
export type TrayIconName = 'running' | 'alone' | 'stopped';

/** An entry of the menu that does something. */
export type TrayAction = 'show' | 'hide' | 'start' | 'stop' | 'quit';

/** What the tray shows. */
export interface TrayView {
  readonly icon: TrayIconName;
  /** All facts in one line; not every desktop on Linux shows it. */
  readonly tooltip: string;
  /** The facts in the menu, one a line. */
  readonly facts: readonly string[];
  readonly actions: readonly {
    readonly action: TrayAction;
    readonly label: string;
    readonly enabled: boolean;
  }[];
}

/** What the view is made of. */
export interface TrayFacts {
  readonly phase: NodeStatus['phase'];
  readonly network: string;
  readonly peers: Pick<NodeStatus['peers'], 'total' | 'inbound' | 'outbound'>;
  readonly traffic: Pick<TrafficNow, 'bytesInPerSecond' | 'bytesOutPerSecond'>;
  readonly isWindowVisible: boolean;
  /** The step of the stop that goes on; undefined while the program does not end. */
  readonly stopping: StopStep | undefined;
}

const PHASES: Readonly<Record<NodeStatus['phase'], string>> = {
  starting: 'starting',
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
  failed: 'not running',
};

/** What a step of the stop is about, as a phrase: “Stopping: sessions”. */
export const STEP_PHRASES: Readonly<Record<StopStep, string>> = {
  page: 'page over HTTP',
  recovery: 'watch of the network',
  'port-mapping': 'port mapping',
  sessions: 'sessions',
  discovery: 'discovery',
  record: 'node record',
  demo: 'demo network',
  database: 'database',
};

/** The view of the tray. */
export function trayViewOf(facts: TrayFacts): TrayView {
  const { phase, network, peers, traffic, stopping } = facts;
  const isRunning = phase === 'running';
  const state =
    stopping === undefined ? `${network}: ${PHASES[phase]}` : `Stopping: ${STEP_PHRASES[stopping]}`;
  const figures = isRunning
    ? [
        `${formatQuantity(peers.total, 'peer')}: ${String(peers.inbound)} in, ${String(peers.outbound)} out`,
        `${formatByteRate(traffic.bytesInPerSecond)} in, ${formatByteRate(traffic.bytesOutPerSecond)} out`,
      ]
    : [];
  return {
    icon: isRunning ? (peers.total > 0 ? 'running' : 'alone') : 'stopped',
    tooltip: ['Enodeck', state, ...figures].join(' · '),
    facts: [state, ...figures],
    actions: actionsOf(facts),
  };
}

function actionsOf({ phase, isWindowVisible, stopping }: TrayFacts): TrayView['actions'] {
  const isEnding = stopping !== undefined;
  const can = possibleActions(phase, isEnding);
  const runs = phase === 'running' || phase === 'stopping';
  return [
    isWindowVisible
      ? { action: 'hide', label: 'Hide', enabled: !isEnding }
      : { action: 'show', label: 'Show', enabled: true },
    runs
      ? { action: 'stop', label: 'Stop the node', enabled: can.stop }
      : { action: 'start', label: 'Start the node', enabled: can.start },
    { action: 'quit', label: 'Quit', enabled: !isEnding },
  ];
}
