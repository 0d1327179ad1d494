import {
  WHY_SPANS,
  type WhyCause,
  type WhySpan,
  type WhyStep,
  type WhyStepName,
} from '../../shared/model/why.ts';
import { formatDuration, formatPercent } from '../../shared/format.ts';

/** What is known of our own node when the figures are explained. */
export interface WhyFacts {
  readonly running: boolean;
  readonly discoveryEnabled: boolean;
  /** Whether nodes that discovery finds are dialled. */
  readonly dynamicDials: boolean;
  readonly peers: { readonly total: number; readonly inbound: number; readonly outbound: number };
  readonly limits: { readonly maxPeers: number; readonly maxInbound: number; readonly maxDialed: number };
  /** Dials that could begin now; null while nobody dials. */
  readonly freeSlots: number | null;
  /** The TCP port that is open; null when there is none. */
  readonly port: number | null;
  /** Milliseconds since the node started. */
  readonly uptimeMs: number;
  /** Whether somebody connected from the internet in this run. */
  readonly isReachable: boolean;
  /** How far the clocks of others are ahead of ours; null before enough of them were seen. */
  readonly clockOffsetMs: number | null;
}

/** The figures that the sentences are about. */
export interface WhyFigures {
  readonly span: WhySpan;
  readonly steps: readonly WhyStep[];
  readonly focus: WhyStepName;
  /** Nodes that came to us within the span and this run, and passed Hello. */
  readonly cameIn: number;
  readonly facts: WhyFacts;
}

/** Sentences at most: more is not read. */
const MAX_SENTENCES = 4;
/** A share from which on a cause is what the loss is about. */
const DOMINANT = 0.5;
/** Dials from which on it says something that none came through. */
const MANY_DIALS = 10;
/** A clock that is off by more makes the packets of others void: their expiration is 20 s away (discovery v4). */
export const CLOCK_LIMIT_MS = 20_000;

const SPANS: Readonly<Record<WhySpan, string>> = {
  '10m': 'the last 10 minutes',
  '1h': 'the last hour',
  '24h': 'the last 24 hours',
};

/** What nodes have behind them that count as past a step, said of one and of many: who came to us skipped the first. */
const PASSED: Readonly<Record<WhyStepName, readonly [one: string, many: string]>> = {
  found: ['that we heard of', 'that we heard of'],
  bonded: ['that answered our ping or came to us', 'that answered our ping or came to us'],
  record: ['that gave its record or did without', 'that gave their record or did without'],
  fork: ['that may serve our chain', 'that may serve our chain'],
  dialled: ['that was dialled or came to us', 'that were dialled or came to us'],
  encrypted: ['that passed the encryption handshake', 'that passed the encryption handshake'],
  hello: ['that said Hello', 'that said Hello'],
  status: ['that agreed on Status', 'that agreed on Status'],
  kept: ['that is a peer', 'that are peers'],
};

/** What those do that pass a step, after "did not". */
const NEXT: Readonly<Record<WhyStepName, string>> = {
  found: 'come up',
  bonded: 'answer our ping',
  record: 'give us a record',
  fork: 'serve our chain',
  dialled: 'get a connection yet',
  encrypted: 'pass the encryption handshake',
  hello: 'get past Hello',
  status: 'agree on Status',
  kept: 'stay',
};

const plain = (count: number): string => count.toLocaleString('en');
const nodes = (count: number): string => `${plain(count)} ${count === 1 ? 'node' : 'nodes'}`;

/** What the figures mean, in true plain sentences: where nodes are lost, through what, by whose doing, and what to do. */
export function meaningOf(figures: WhyFigures): string[] {
  const sentences = [...stateOfOurs(figures), ...lossOf(figures), ...wayIn(figures)];
  return sentences.slice(0, MAX_SENTENCES);
}

const stepOf = ({ steps }: WhyFigures, name: WhyStepName): WhyStep | undefined =>
  steps.find(({ step }) => step === name);

/** What is the matter with our own side, before anything is said of others. */
function stateOfOurs(figures: WhyFigures): string[] {
  const { facts } = figures;
  const found = stepOf(figures, 'found')?.reached ?? 0;
  if (!facts.running) return ['The node is stopped; the figures are from before.'];
  const { total } = facts.peers;
  const sentences: string[] = [];
  if (isClockWrong(facts.clockOffsetMs)) sentences.push(clockSentence(facts.clockOffsetMs));
  if (total >= facts.limits.maxPeers) {
    sentences.push(`All ${plain(facts.limits.maxPeers)} places for peers are taken: the node needs no more.`);
  }
  if (found === 0) sentences.push(nothingFound(figures));
  return sentences;
}

/** Whether a clock offset makes the packets of others void. */
export function isClockWrong(offsetMs: number | null): offsetMs is number {
  return offsetMs !== null && Math.abs(offsetMs) > CLOCK_LIMIT_MS;
}

function clockSentence(offsetMs: number): string {
  const isBehind = offsetMs > 0;
  const what = isBehind ? 'which throw our packets away for it' : 'whose answers are thrown away for it';
  return `This machine’s clock is ${formatDuration(Math.abs(offsetMs))} ${isBehind ? 'behind' : 'ahead of'} that of other nodes, ${what}: set the clock.`;
}

function nothingFound({ span, facts }: WhyFigures): string {
  const none = `No node was heard of within ${SPANS[span]}`;
  return facts.discoveryEnabled ? `${none}.` : `${none}: discovery is off.`;
}

function lossOf(figures: WhyFigures): string[] {
  const { steps, focus, span } = figures;
  const index = steps.findIndex(({ step }) => step === focus);
  const step = steps[index];
  const before = steps[index - 1];
  if (step === undefined || before === undefined || before.reached === 0) return [];
  const within = `In ${SPANS[span]},`;
  const whom = PASSED[before.step][before.reached === 1 ? 0 : 1];
  if (before.reached === 1) {
    return step.lost === 0
      ? [`${within} the one node ${whom} went on from there.`]
      : [`${within} the one node ${whom} did not ${NEXT[focus]}.`, ...causesOf(step, figures)];
  }
  if (step.lost === 0) return [`${within} all ${nodes(before.reached)} ${whom} went on from there.`];
  const loss = `${within} of ${nodes(before.reached)} ${whom}, ${plain(step.lost)} did not ${NEXT[focus]}.`;
  return [loss, ...causesOf(step, figures)];
}

/** The main cause, and the greatest of ours where the main one is not ours. */
function causesOf(step: WhyStep, figures: WhyFigures): string[] {
  const [main] = step.causes;
  if (main === undefined) return [];
  const sentences = [causeSentence(main, step.lost)];
  const blocked = blockedSentence(step, figures);
  if (blocked !== undefined) sentences.push(blocked);
  const ours = step.causes.find((cause) => cause.fault === 'ours' && cause !== main);
  if (ours !== undefined) sentences.push(causeSentence(ours, step.lost));
  return sentences;
}

function causeSentence(cause: WhyCause, lost: number): string {
  const share = cause.count / lost;
  const all = cause.count === lost;
  const who = all
    ? lost === 1
      ? 'It'
      : `All ${plain(lost)}`
    : `${plain(cause.count)} of them (${formatPercent(share)})`;
  const negative = all && lost > 1 ? 'Not one of them' : undefined;
  const template = SENTENCES.get(cause.code);
  if (template !== undefined) return template({ who, one: cause.count === 1, none: negative });
  const usual = share >= DOMINANT && cause.fault === 'nobody' ? ' Nothing is wrong on this side.' : '';
  const counted = lost === 1 ? cause.title : `${cause.title}: ${lowerFirst(who)}`;
  return `${counted}. ${cause.meaning}${usual}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Who a sentence is about. */
interface Subject {
  /** "It", "All 40", "118 of them (93%)". */
  readonly who: string;
  readonly one: boolean;
  /** For what all of several did not do; undefined otherwise. */
  readonly none: string | undefined;
}

/** Causes that deserve a sentence of their own; the others have their title and meaning. */
const SENTENCES: ReadonlyMap<string, (subject: Subject) => string> = new Map([
  [
    'too-many-peers',
    ({ who, one }) =>
      `${who} ${one ? 'was' : 'were'} full and said so; nothing is wrong on this side, and a later try may find a place.`,
  ],
  [
    'too-many-peers-by-us',
    ({ who, one }) => `${who} ${one ? 'was' : 'were'} turned away by us, as all our places were taken.`,
  ],
  [
    'silent',
    ({ who, none }) =>
      `${none === undefined ? `${who} did not answer` : `${none} answered`} our ping: many nodes that others name are gone, or let nothing in.`,
  ],
  [
    'not-asked',
    ({ who, one, none }) =>
      `${none === undefined ? `${who} ${one ? 'has' : 'have'} not` : `${none} has`} been pinged yet; a lookup comes to ${one ? 'it' : 'them'}.`,
  ],
  [
    'no-record',
    ({ who, one, none }) =>
      `${none === undefined ? `${who} ${one ? 'has' : 'have'} not` : `${none} has`} given a record yet; nodes are asked for it before they are dialled.`,
  ],
  [
    'other-network',
    ({ who, one }) =>
      `${who} ${one ? 'names a fork' : 'name forks'} that our chain does not have: all chains share one discovery network.`,
  ],
  [
    'unknown-fork',
    ({ who, one }) =>
      `${who} ${one ? 'is' : 'are'} on a fork that this version of Enodeck does not know: update it, or set the fork’s time in Settings.`,
  ],
  [
    'no-eth-entry',
    ({ who, one }) =>
      `${who} ${one ? 'names' : 'name'} no execution chain, as beacon nodes and bootnodes do.`,
  ],
  ['waiting', ({ who, one }) => `${who} ${one ? 'waits' : 'wait'} for the turn to be dialled.`],
  [
    'no-free-slot',
    ({ who, one }) =>
      `${who} ${one ? 'waits' : 'wait'} for a free place to dial from: our places for dialled peers are taken.`,
  ],
  [
    'dials-off',
    ({ who, one }) =>
      `${who} ${one ? 'was' : 'were'} not dialled, as dials to found nodes are switched off in Settings.`,
  ],
  ['backing-off', ({ who, one }) => `${who} failed before and ${one ? 'waits' : 'wait'} for the next try.`],
  [
    'timed-out',
    ({ who, one, none }) =>
      `${none === undefined ? `${who} did not answer` : `${none} answered`} on ${one || none !== undefined ? 'its' : 'their'} TCP port: gone, or behind a firewall.`,
  ],
  [
    'connection-refused',
    ({ who, one }) =>
      `${who} refused the connection: no node listens on ${one ? 'its' : 'their'} port, or a firewall turns us away.`,
  ],
  ['client-quitting', ({ who }) => `${who} left because the other side was shutting down.`],
]);

/** Not one dial came through: what that may mean is for the user to look at. */
function blockedSentence(step: WhyStep, figures: WhyFigures): string | undefined {
  if (step.step !== 'encrypted' || step.reached > 0) return undefined;
  const dialled = stepOf(figures, 'dialled')?.reached ?? 0;
  if (dialled < MANY_DIALS) return undefined;
  return `Not one of ${plain(dialled)} connections came through: see whether a firewall on this side blocks outgoing TCP.`;
}

/** Peers also come by themselves: where nodes are lost on the way, that is what helps. */
function wayIn({ cameIn, facts, focus, span }: WhyFigures): string[] {
  if (!facts.running || facts.peers.total >= facts.limits.maxPeers || facts.port === null) return [];
  if (focus === 'bonded' || focus === 'record' || focus === 'fork') return [];
  const when = facts.uptimeMs < WHY_SPANS[span] * 1_000 ? 'since the node started' : `within ${SPANS[span]}`;
  if (cameIn > 0) {
    if (facts.peers.inbound >= facts.limits.maxInbound)
      return [`All ${plain(facts.limits.maxInbound)} places for inbound peers are taken.`];
    const came = `${nodes(cameIn)} came in ${when}`;
    return [
      facts.isReachable
        ? `Peers also come by themselves: your port is reachable from outside, and ${came}.`
        : `Peers also come by themselves: ${came}, none of them from the internet.`,
    ];
  }
  return [
    facts.isReachable
      ? `No node came in ${when}, though your port is reachable from outside.`
      : `No node came in ${when}: if port ${String(facts.port)} can be reached from outside, peers come by themselves.`,
  ];
}
