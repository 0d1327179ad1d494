import type { NodeStatus } from '../../shared/model/node.ts';
import type { Translate } from '../composables/use-messages.ts';
import { formatCount } from './format.ts';

/** After this time without an answer "first answers usually come" is no longer what to say, milliseconds. */
const FIRST_ANSWERS_MS = 30_000;

/** What an empty list says: why it is empty now, and what comes next. Each state has its own true sentence. */
export function noPeersText(status: NodeStatus | null, t: Translate): string {
  if (status?.phase !== 'running') return t('peers.emptyStopped');
  const { dialing, known } = status.peers;
  if (dialing > 0) return t('peers.emptyText', { dialing: formatCount(dialing), known: formatCount(known) });
  return lineText(status, 'peers-out') ?? t('peers.emptyQuiet');
}

/**
 * Why no node is found yet.
 * @param bootnodes how many are listed; null while that is not known
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
  return lineText(status, 'discovery') ?? t('discovery.emptyQuiet');
}

/** A line of the health list as a sentence: the node says there why nothing comes. */
function lineText({ health }: NodeStatus, id: string): string | null {
  const line = health.find((check) => check.id === id || check.id.startsWith(`${id}-`));
  if (line === undefined) return null;
  const sentence = `${line.title}: ${line.evidence.replace(/\.$/, '')}.`;
  return line.advice === null || line.state === 'good' ? sentence : `${sentence} ${line.advice}`;
}
