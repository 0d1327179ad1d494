import type { NodeStatus } from '../../shared/model/node.ts';
import type { HealthAction } from '../../shared/model/health-action.ts';
import { SETTINGS } from '../../shared/settings-table.ts';
import type { Translate } from '../composables/use-messages.ts';

/** What the window shows of the local node; null where the value would be false or from an earlier run. */
export interface ShownFacts {
  /** The node has no sessions and answers no requests: peers and rates are not shown. */
  readonly isInactive: boolean;
  /** Number of peers. */
  readonly peers: number | null;
  readonly enode: string | null;
  readonly enr: string | null;
  /** Sequence number of the ENR, decimal. */
  readonly seq: string | null;
  readonly capabilities: readonly string[] | null;
  /** Why the external address is unknown: a key of the messages `overview.noAddress`. */
  readonly noAddress: 'inactive' | 'noDiscovery' | 'notAgreed' | null;
  readonly port: number | null;
}

/** Selects the values that are true in the current phase. */
export function shownFacts(status: NodeStatus): ShownFacts {
  const { phase, identity, listening, external } = status;
  const isInactive = phase !== 'running' && phase !== 'stopping';
  const port = listening.find(({ protocol }) => protocol === 'tcp')?.port ?? null;
  const isReachable = !isInactive && port !== null;
  const listensOnUdp = listening.some(({ protocol }) => protocol === 'udp');
  return {
    isInactive,
    peers: isInactive ? null : status.peers.total,
    enode: isReachable ? identity.enode : null,
    enr: isReachable && identity.enr !== '' ? identity.enr : null,
    seq: isInactive || identity.enr === '' ? null : identity.seq,
    capabilities: isInactive ? null : status.capabilities,
    noAddress: isInactive
      ? 'inactive'
      : external.length > 0
        ? null
        : listensOnUdp
          ? 'notAgreed'
          : 'noDiscovery',
    port,
  };
}

/** The label of an action's button. */
export function healthActionText(action: HealthAction, phase: NodeStatus['phase'], t: Translate): string {
  switch (action.kind) {
    case 'start':
      return t(phase === 'failed' ? 'health.tryAgain' : 'node.start');
    case 'use-free-port':
      return t('health.useFreePort', { port: action.params.port });
    case 'change-port':
      return t('health.changePort');
    case 'open-setting':
      return t('health.openSetting', { title: SETTINGS[action.params.key].title });
    case 'reset-setting':
      return t('health.resetSetting', { title: SETTINGS[action.params.key].title });
    case 'open-view':
      return t('health.openView', { view: t(`view.${VIEW_NAMES[action.params.view]}`) });
  }
}

const VIEW_NAMES = {
  nodes: 'nodes',
  bans: 'nodes',
  why: 'why',
  discovery: 'discovery',
  settings: 'settings',
  logs: 'logs',
} as const;
