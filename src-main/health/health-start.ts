/** The health list of a node that is not running: its phase, the reason and the actions that help. */
import { withoutFullStop } from '../../shared/causes/sentences.ts';
import type { HealthAction, PortSettingKey } from '../../shared/model/health-action.ts';
import type { HealthCheck, NodeStatus } from '../../shared/model/node.ts';
import type { SettingKey } from '../../shared/settings-table.ts';
import { check, type StorageFacts } from './health-facts.ts';
import { spaceCheck, storageCheck } from './health-storage.ts';

/** Input of the health list while the node is not running. */
export interface StoppedFacts {
  readonly phase: Exclude<NodeStatus['phase'], 'running'>;
  readonly failure: NodeStatus['failure'];
  /** A port that was free for TCP and UDP when the start failed because the port was in use, and the setting to change. */
  readonly freePort: { readonly key: PortSettingKey; readonly port: number } | undefined;
  /** The port in the settings, for the next start. */
  readonly port: number;
  readonly database: StorageFacts;
}

const START: HealthAction = { kind: 'start', params: {} };

/** Returns the checks, most important first; never empty. One pending check represents those that need a running node. */
export function healthWhenStopped(facts: StoppedFacts): HealthCheck[] {
  const { phase, database } = facts;
  const rest = check(
    'when-stopped',
    'pending',
    'Reachability, clock, discovery and peers',
    phase === 'stopping' ? 'no longer checked' : 'checked when the node runs',
  );
  const space = spaceCheck(database);
  return [phaseLine(facts), storageCheck(database), ...(space === undefined ? [] : [space]), rest];
}

function phaseLine(facts: StoppedFacts): HealthCheck {
  switch (facts.phase) {
    case 'starting':
      return check('node', 'pending', 'The node is starting', 'opening sockets');
    case 'stopping':
      return check('node', 'pending', 'The node is stopping', 'closing sessions and sockets');
    case 'stopped':
      return {
        ...check('node', 'warning', 'The node is stopped', 'it has no sessions and answers no requests'),
        actions: [START],
      };
    case 'failed':
      return failedLine(facts);
  }
}

function failedLine({ failure, freePort, port }: StoppedFacts): HealthCheck {
  const reason = withoutFullStop(failure?.message ?? 'the reason is in the log');
  const base = (title: string, advice: string | null): HealthCheck =>
    check('node', 'bad', title, reason, advice);
  const key = freePort?.key ?? 'port';
  switch (failure?.code) {
    case 'port-in-use':
      return {
        ...base(
          `The node is not running: port ${String(port)} is in use`,
          'Two nodes on one machine need different ports. Another port changes the port mapping, the ENR and the enode URL of this node.',
        ),
        actions: [
          ...(freePort === undefined ? [] : [{ kind: 'use-free-port', params: freePort } as const]),
          { kind: 'change-port', params: { key } },
          START,
        ],
      };
    case 'permission-denied':
      return {
        ...base(
          'The node is not running: no permission for the port',
          'Ports from 1024 need no special permission.',
        ),
        actions: [{ kind: 'change-port', params: { key } }, START],
      };
    case 'address-not-available':
      return {
        ...base('The node is not running: the listen address is not available', null),
        actions: openAnd(failure.setting?.key ?? 'addresses'),
      };
    // Another start within this run fails as well: there is no button for it.
    case 'restart-needed':
      return base('The node starts after a restart of Enodeck', null);
    default:
      return { ...base('The node could not start', null), actions: actionsFor(failure?.setting?.key) };
  }
}

function actionsFor(key: SettingKey | undefined): readonly HealthAction[] {
  if (key === undefined) return [START, { kind: 'open-view', params: { view: 'logs' } }];
  return [{ kind: 'reset-setting', params: { key } }, ...openAnd(key)];
}

const openAnd = (key: SettingKey): readonly HealthAction[] => [
  { kind: 'open-setting', params: { key } },
  START,
];
