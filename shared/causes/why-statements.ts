/** The sentences of the statements about a funnel of nodes. */
import { formatDuration, formatNumber, formatPercent, formatQuantity } from '../format.ts';
import type { WhySpan, WhyStatement, WhyStepName } from '../model/why.ts';
import type { CauseCode } from './catalogue.ts';
import { lowerFirst, wordsOf } from './sentences.ts';

type ParamsOf<Code extends WhyStatement['code']> = Extract<WhyStatement, { readonly code: Code }>['params'];

/** From this share of the loss on, a cause explains the loss. */
const DOMINANT = 0.5;

const SPANS: Readonly<Record<WhySpan, string>> = {
  '10m': 'the last 10 minutes',
  '1h': 'the last hour',
  '24h': 'the last 24 hours',
};

/** Nodes that count as past a step, one and many. An inbound node skips the steps before its connection. */
const PASSED: Readonly<Record<WhyStepName, readonly [one: string, many: string]>> = {
  found: ['that was found', 'that were found'],
  bonded: ['that answered our Ping or connected to us', 'that answered our Ping or connected to us'],
  record: ['that sent its ENR or did not need to', 'that sent their ENR or did not need to'],
  fork: ['that may serve our chain', 'that may serve our chain'],
  dialled: ['that was dialled or connected to us', 'that were dialled or connected to us'],
  encrypted: ['that completed the RLPx handshake', 'that completed the RLPx handshake'],
  hello: ['that exchanged Hello', 'that exchanged Hello'],
  status: ['that exchanged a compatible Status', 'that exchanged a compatible Status'],
  session: ['that is a peer', 'that are peers'],
};

/** What nodes do that pass a step, after "did not". */
const NEXT: Readonly<Record<WhyStepName, string>> = {
  found: 'appear',
  bonded: 'answer our Ping',
  record: 'send an ENR',
  fork: 'announce our chain',
  dialled: 'get a connection yet',
  encrypted: 'complete the RLPx handshake',
  hello: 'exchange Hello',
  status: 'exchange a compatible Status',
  session: 'stay connected',
};

const nodes = (count: number): string => formatQuantity(count, 'node');
const allSlots = (limit: number, slot: string, slots: string): string =>
  limit === 1 ? `The only ${slot} is` : `All ${formatQuantity(limit, slot, slots)} are`;

/** A statement as one or more sentences; empty for a code that this version does not know. */
export function statementText(statement: WhyStatement): string {
  const { code, params } = statement;
  switch (code) {
    case 'node-stopped':
      return 'The node is stopped; the figures are from before.';
    case 'clock-wrong':
      return clockSentence(params);
    case 'peer-slots-full':
      return `${allSlots(params.limit, 'peer slot', 'peer slots')} taken: the node needs no more peers.`;
    case 'none-found': {
      const none = `No node was found within ${SPANS[params.span]}`;
      return params.discovery === 'on' ? `${none}.` : `${none}: discovery is off.`;
    }
    case 'loss':
      return lossSentence(params);
    case 'cause':
      return causeSentence(params);
    case 'no-connection':
      return `Not one of ${formatNumber(params.dials)} TCP connections was established: check whether a firewall on this side blocks outgoing TCP.`;
    case 'inbound-slots-full':
      return `${allSlots(params.limit, 'slot for inbound peers', 'slots for inbound peers')} taken.`;
    case 'inbound':
      return inboundSentence(params);
    default:
      return unknownStatement(code);
  }
}

/** Of a later version. */
function unknownStatement(_: never): string {
  return '';
}

function clockSentence({ offsetMs }: ParamsOf<'clock-wrong'>): string {
  const isBehind = offsetMs > 0;
  const effect = isBehind ? 'they drop our packets as expired' : 'this node drops their packets as expired';
  return `The clock of this machine is ${formatDuration(Math.abs(offsetMs))} ${isBehind ? 'behind' : 'ahead of'} the clocks of other nodes, so ${effect}: set the clock.`;
}

function lossSentence({ span, passed, next, reached, lost }: ParamsOf<'loss'>): string {
  const within = `In ${SPANS[span]},`;
  const [one, many] = PASSED[passed];
  if (reached === 1) {
    return lost === 0
      ? `${within} the one node ${one} passed the next step.`
      : `${within} the one node ${one} did not ${NEXT[next]}.`;
  }
  if (lost === 0) return `${within} all ${nodes(reached)} ${many} passed the next step.`;
  return `${within} of ${nodes(reached)} ${many}, ${formatNumber(lost)} did not ${NEXT[next]}.`;
}

function causeSentence({ cause, count, lost }: ParamsOf<'cause'>): string {
  const share = count / lost;
  const isAll = count === lost;
  const who = isAll
    ? lost === 1
      ? 'It'
      : `All ${formatNumber(lost)}`
    : `${formatNumber(count)} of them (${formatPercent(share)})`;
  const none = isAll && lost > 1 ? 'None of them' : undefined;
  const sentence = ownSentence(cause, { who, one: count === 1, none });
  if (sentence !== undefined) return sentence;
  const { title, meaning, fault } = wordsOf(cause);
  const usual = share >= DOMINANT && fault === 'none' ? ' Nothing is wrong on this side.' : '';
  const counted = lost === 1 ? title : `${title}: ${lowerFirst(who)}`;
  return `${counted}. ${meaning}${usual}`;
}

function inboundSentence({ nodes: count, since, reachable, port }: ParamsOf<'inbound'>): string {
  const when = since === 'start' ? 'since the node started' : `within ${SPANS[since]}`;
  if (count === 0) {
    return reachable === 'yes'
      ? `No node connected to us ${when}, although our port is reachable from the internet.`
      : `No node connected to us ${when}: if port ${String(port)} is reachable from the internet, other nodes can connect to us.`;
  }
  const connected = `${nodes(count)} connected to us ${when}`;
  return reachable === 'yes'
    ? `Inbound peers arrive as well: our port is reachable from the internet, and ${connected}.`
    : `Inbound peers arrive as well: ${connected}, none of them from the internet.`;
}

/** The subject of a sentence. */
interface Subject {
  /** "It", "All 40", "118 of them (93%)". */
  readonly who: string;
  readonly one: boolean;
  /** For what all of several did not do; undefined otherwise. */
  readonly none: string | undefined;
}

function ownSentence(cause: CauseCode, subject: Subject): string | undefined {
  return Object.hasOwn(SENTENCES, cause) ? SENTENCES[cause]?.(subject) : undefined;
}

/** Causes with a sentence of their own; the others have title and meaning. */
const SENTENCES: Readonly<Partial<Record<CauseCode, (subject: Subject) => string>>> = {
  'too-many-peers': ({ who, one }) =>
    `${who} ${one ? 'was' : 'were'} full and reported it; nothing is wrong on this side, and a later attempt may succeed.`,
  'too-many-peers-by-us': ({ who, one }) =>
    `${who} ${one ? 'was' : 'were'} refused by this node, because all its peer slots were taken.`,
  silent: ({ who, none }) =>
    `${none === undefined ? `${who} did not answer` : `${none} answered`} our Ping: many nodes that others report are gone, or behind NAT.`,
  'not-asked': ({ who, one, none }) =>
    `${none === undefined ? `${who} ${one ? 'has' : 'have'} not` : `${none} has`} been pinged yet; a lookup will reach ${one ? 'it' : 'them'}.`,
  'no-record': ({ who, one, none }) =>
    `${none === undefined ? `${who} ${one ? 'has' : 'have'} not` : `${none} has`} sent an ENR yet; this node requests it before it dials.`,
  'other-network': ({ who, one }) =>
    `${who} ${one ? 'has a fork ID' : 'have fork IDs'} of another chain: all chains share one discovery network.`,
  'unknown-fork': ({ who, one }) =>
    `${who} ${one ? 'is' : 'are'} on a fork that this version of Enodeck does not know: update it, or set the fork’s time in Settings.`,
  'no-eth-entry': ({ who, one }) =>
    `${who} ${one ? 'announces' : 'announce'} no execution chain, as beacon nodes and bootnodes do.`,
  waiting: ({ who, one }) => `${who} ${one ? 'waits' : 'wait'} in the dial queue.`,
  'no-free-slot': ({ who, one }) =>
    `${who} ${one ? 'waits' : 'wait'} for a free dial slot: all slots for dialled peers are taken.`,
  'dials-off': ({ who, one }) =>
    `${who} ${one ? 'was' : 'were'} not dialled, because dials to discovered nodes are disabled in Settings.`,
  'backing-off': ({ who, one }) => `${who} failed before and ${one ? 'waits' : 'wait'} for the next attempt.`,
  'timed-out': ({ who, one, none }) =>
    `${none === undefined ? `${who} did not answer` : `${none} answered`} on ${one || none !== undefined ? 'its' : 'their'} TCP port: gone, or behind a firewall.`,
  'connection-refused': ({ who, one }) =>
    `${who} refused the connection: no program listens on ${one ? 'its' : 'their'} port, or a firewall rejects us.`,
  'client-quitting': ({ who }) => `${who} left because the remote side was shutting down.`,
};
