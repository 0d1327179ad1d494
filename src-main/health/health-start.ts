/** The health list of a node that does not run: what it does instead, why, and what can be done about it. */
import type { HealthAction, PortSettingKey } from '../../shared/model/health-action.ts';
import type { HealthCheck, NodeStatus } from '../../shared/model/node.ts';
import type { SettingKey } from '../../shared/settings-table.ts';
import { check, type StorageFacts } from './health-facts.ts';
import { storageCheck } from './health-storage.ts';

/** What is known while the node does not run. */
export interface StandstillFacts {
  readonly phase: Exclude<NodeStatus['phase'], 'running'>;
  readonly failure: NodeStatus['failure'];
  /** A port that was free for TCP and UDP when the start failed of one in use, with the setting that holds it. */
  readonly freePort: { readonly key: PortSettingKey; readonly port: number } | undefined;
  /** The port of the settings, as the next start takes it. */
  readonly port: number;
  readonly database: StorageFacts;
}

const START: HealthAction = { kind: 'start', params: {} };

/** The lines, the most important first; never empty. What only a running node can tell is said to be unknown. */
export function healthAtRest(facts: StandstillFacts): HealthCheck[] {
  const { phase, database } = facts;
  const rest = check(
    'at-rest',
    'pending',
    'Reachability, clock, discovery and peers',
    phase === 'stopping' ? 'no longer looked at' : 'looked at once the node runs',
  );
  return [phaseLine(facts), storageCheck(database), rest];
}

function phaseLine(facts: StandstillFacts): HealthCheck {
  switch (facts.phase) {
    case 'starting':
      return check('node', 'pending', 'The node is starting', 'sockets are being opened');
    case 'stopping':
      return check('node', 'pending', 'The node is stopping', 'sessions are being ended');
    case 'stopped':
      return {
        ...check('node', 'look', 'The node is stopped', 'it holds no sessions and answers nobody'),
        actions: [START],
      };
    case 'failed':
      return failedLine(facts);
  }
}

function failedLine({ failure, freePort, port }: StandstillFacts): HealthCheck {
  const reason = (failure?.message ?? 'the reason is in the log').replace(/\.$/, '');
  const base = (title: string, advice: string | null): HealthCheck =>
    check('node', 'bad', title, reason, advice);
  const key = freePort?.key ?? 'port';
  switch (failure?.code) {
    case 'port-in-use':
      return {
        ...base(
          `The node is not running: port ${String(port)} is taken`,
          'Two nodes on one machine need a port each. With another port the router’s mapping and the record change, and an enode that you gave away no longer holds.',
        ),
        actions: [
          ...(freePort === undefined ? [] : [{ kind: 'use-free-port', params: freePort } as const]),
          { kind: 'change-port', params: { key } },
          START,
        ],
      };
    case 'permission-denied':
      return {
        ...base('The node is not running: the system refuses the port', 'Ports from 1024 on need no rights.'),
        actions: [{ kind: 'change-port', params: { key } }, START],
      };
    case 'address-not-available':
      return {
        ...base('The node is not running: the address is missing', null),
        actions: openAnd(failure.setting?.key ?? 'addresses'),
      };
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
