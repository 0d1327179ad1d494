import { withoutFullStop } from '../../shared/causes/sentences.ts';
import type { NodeStatus } from '../../shared/model/node.ts';
import type { Translate } from '../composables/use-messages.ts';
import { formatCount } from './format.ts';

/** After this time without a response, "the first responses usually arrive" is no longer true; milliseconds. */
const FIRST_ANSWERS_MS = 30_000;

/** Why the table of peers is empty. */
export function noPeersText(status: NodeStatus | null, t: Translate): string {
  if (status?.phase !== 'running') return t('peers.emptyStopped');
  const { dialing, known } = status.peers;
  if (dialing > 0) return t('peers.emptyText', { dialing: formatCount(dialing), known: formatCount(known) });
  return checkText(status, ['peers-out']) ?? t('peers.emptyQuiet');
}

/**
 * Why no node is known yet.
 * @param bootnodes number of bootnodes; null while it is not known
 * @param now Unix milliseconds
 */
export function noNodesText(
  status: NodeStatus | null,
  bootnodes: number | null,
  now: number,
  t: Translate,
): string {
  if (status?.phase !== 'running') return t('discovery.emptyStopped');
  if (!status.listening.some(({ protocol }) => protocol === 'udp')) return t('discovery.emptyOff');
  if (bootnodes === 0) return t('discovery.emptyNoBootnodes');
  const age = status.startedAt === null ? 0 : now - status.startedAt;
  if (age < FIRST_ANSWERS_MS) return t('discovery.emptyText');
  return checkText(status, DISCOVERY_CHECKS) ?? t('discovery.emptyQuiet');
}

/** The checks of discovery in the health list. */
const DISCOVERY_CHECKS = ['discovery', 'discovery-v4', 'discovery-v5'];

/** The first of these health checks as a sentence; null if there is none. It has the cause. */
function checkText({ health }: NodeStatus, ids: readonly string[]): string | null {
  const check = health.find(({ id }) => ids.includes(id));
  if (check === undefined) return null;
  const sentence = `${check.title}: ${withoutFullStop(check.evidence)}.`;
  return check.advice === null || check.state === 'good' ? sentence : `${sentence} ${check.advice}`;
}
