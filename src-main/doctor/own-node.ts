/**
 * What others can reach of this node and what not, derived from what other nodes did and reported. No outside service is
 * asked, and no packet is sent.
 */
import { formatDuration, formatNumber, formatQuantity } from '../../shared/format.ts';
import {
  OWN_CHECKS,
  type OwnCheck,
  type OwnCheckName,
  type OwnNodeReport,
  type OwnProblem,
  type OwnVerdict,
} from '../../shared/model/own-node.ts';
import { addressCheck, listeningCheck, natCheck, recordCheck } from './own-address.ts';
import { evidence, fact, isPrivate, openSetting, ownCheck, problem, type OwnNodeFacts } from './own-facts.ts';
import { WAYS, wayCheck, wayName, type Way } from './own-reach.ts';

/** Clock offsets above which the state is `doubtful` and `failed`, milliseconds, as in the health list. */
const CLOCK_DOUBTFUL_MS = 5_000;
const CLOCK_FAILED_MS = 20_000;

/** Checks this node. The report has no check while the node does not run. */
export function checkOwnNode(facts: OwnNodeFacts): OwnNodeReport {
  const { now, status } = facts;
  const common = { checkedAt: now, network: status.network.name, version: status.version };
  if (status.phase !== 'running') return { ...common, startedAt: null, checks: [], verdict: STOPPED };
  const ways = WAYS.map((way) => ({ way, result: wayCheck(facts, way) }));
  const others: readonly OwnCheck[] = [
    listeningCheck(facts),
    addressCheck(facts),
    natCheck(facts),
    recordCheck(facts),
    slotsCheck(facts),
    clockCheck(facts),
    forkCheck(facts),
  ];
  const all = [...others, ...ways.map(({ result }) => result)];
  const checks = all.toSorted((a, b) => OWN_CHECKS.indexOf(a.check) - OWN_CHECKS.indexOf(b.check));
  return { ...common, startedAt: status.startedAt, checks, verdict: verdictOf(facts, checks, ways) };
}

/** Checks that an inbound slot is free, so that a node that reaches us is not refused. */
export function slotsCheck({ status: { peers, limits } }: OwnNodeFacts): OwnCheck {
  const free = Math.max(0, Math.min(limits.maxInbound - peers.inbound, limits.maxPeers - peers.total));
  const shown = [
    evidence('offered', [
      fact('Inbound', `${formatNumber(peers.inbound)} of ${formatNumber(limits.maxInbound)}`),
      fact('All peers', `${formatNumber(peers.total)} of ${formatNumber(limits.maxPeers)}`),
    ]),
  ];
  if (free > 0) {
    const finding = `${formatNumber(free)} of ${formatQuantity(limits.maxInbound, 'inbound slot')} free`;
    return ownCheck('slots', { state: 'passed', finding, evidence: shown });
  }
  const finding = limits.maxInbound === 0 ? 'The limits leave no inbound slot' : 'No inbound slot is free';
  return ownCheck('slots', {
    ...{ state: 'doubtful', finding, evidence: shown },
    explanation: 'A node that reaches this one is refused with “too many peers” after Hello.',
    problem: problem({
      title: finding,
      certainty: 'proven',
      reason: 'the node counts its own sessions',
      advice: 'Raise the maximum number of peers if more inbound peers are wanted.',
      actions: [openSetting('maxPeers')],
    }),
  });
}

/** Checks our clock against other nodes: discovery v4 packets expire after 20 s. */
export function clockCheck({ status: { clock }, discovery }: OwnNodeFacts): OwnCheck {
  if (clock === null) {
    return discovery.v4
      ? ownCheck('clock', { state: 'waiting', finding: 'Too few packets to compare the clock yet' })
      : ownCheck('clock', {
          state: 'not-needed',
          finding: 'Not needed: only discovery v4 packets have a time',
        });
  }
  const { offsetMs, samples } = clock;
  const distance = Math.abs(offsetMs);
  const length = distance < 60_000 ? `${(distance / 1_000).toFixed(1)} s` : formatDuration(distance);
  const direction = offsetMs > 0 ? 'behind' : 'ahead of';
  const finding =
    distance < 50
      ? `Agrees with ${formatQuantity(samples, 'node')}`
      : `${length} ${direction} ${formatQuantity(samples, 'node')}`;
  const shown = [
    evidence('received', [
      fact('Samples', formatQuantity(samples, 'node')),
      fact('Median offset', `${String(offsetMs)} ms`),
    ]),
  ];
  if (distance <= CLOCK_DOUBTFUL_MS) return ownCheck('clock', { state: 'passed', finding, evidence: shown });
  return ownCheck('clock', {
    ...{ state: distance > CLOCK_FAILED_MS ? 'failed' : 'doubtful', finding, evidence: shown },
    explanation:
      'Discovery v4 packets expire after 20 s: with a larger offset, one side drops all packets of the other.',
    problem: problem({
      title:
        distance > CLOCK_FAILED_MS
          ? 'The clock of this machine is wrong'
          : 'The clock of this machine is off',
      certainty: samples >= 5 ? 'proven' : 'likely',
      reason: `the median of ${formatQuantity(samples, 'node')}`,
      advice: 'Synchronise the clock of this machine with NTP.',
    }),
  });
}

/** Checks that other nodes announce our fork, and that none announces a fork that this version does not know. */
export function forkCheck({ status, nodesOnOurFork, strangeFork }: OwnNodeFacts): OwnCheck {
  const hash = status.network.forkId.hash.slice(2);
  const shown = [
    evidence('offered', [fact('Fork hash', hash), fact('Next fork', nextText(status.network.forkId.next))]),
    evidence('received', [fact('Same fork', formatQuantity(nodesOnOurFork, 'node'))]),
  ];
  if (strangeFork === undefined) {
    return nodesOnOurFork > 0
      ? ownCheck('fork', {
          ...{ state: 'passed', evidence: shown },
          finding: `${formatQuantity(nodesOnOurFork, 'node')} in the tables ${nodesOnOurFork === 1 ? 'announces' : 'announce'} the same fork`,
        })
      : ownCheck('fork', {
          state: 'waiting',
          finding: 'No node has announced this fork yet',
          evidence: shown,
        });
  }
  const { peers, peersOnOurFork, isPassed } = strangeFork;
  const isFailed = isPassed && peers > peersOnOurFork;
  const title = isPassed
    ? 'This version does not know the fork of other nodes'
    : 'This version does not know the next fork';
  return ownCheck('fork', {
    ...{ state: isFailed ? 'failed' : 'doubtful', evidence: shown },
    finding: `${formatQuantity(peers, 'network')} ${peers === 1 ? 'announces' : 'announce'} the fork ${strangeFork.hash}, ${formatNumber(peersOnOurFork)} ours`,
    explanation: 'Nodes on another fork end the session at Status.',
    problem: problem({
      title,
      reason: `${formatQuantity(peers, 'network')} of addresses agree`,
      advice: 'Update Enodeck, or add the fork to the setting “Fork times”.',
      actions: [openSetting('forkOverrides')],
    }),
  });
}

/** The next fork of a fork ID, decimal. */
const nextText = (next: string): string => (next === '0' ? 'none known' : next);

const STOPPED: OwnVerdict = {
  result: 'stopped',
  title: 'The node is not running',
  meaning: 'It has no sockets, so that no other node can reach it. The checks start with the node.',
  fault: 'ours',
  certainty: 'proven',
  reason: 'the node does not run',
  advice: null,
  actions: [{ kind: 'start', params: {} }],
};

/** Checks whose problem explains more than a closed way, the most important first. */
const ORDER: readonly OwnCheckName[] = ['listening', 'clock', 'fork', 'address', 'record'];

interface CheckedWay {
  readonly way: Way;
  readonly result: OwnCheck;
}

function verdictOf(
  facts: OwnNodeFacts,
  checks: readonly OwnCheck[],
  ways: readonly CheckedWay[],
): OwnVerdict {
  const isOpen = ways.some(({ result }) => result.state === 'passed');
  const worst = worstOf(checks);
  if (worst?.problem != null) {
    const closed = ways.find(({ result }) => result === worst);
    const title = closed === undefined ? worst.problem.title : closedTitle(ways, worst.problem);
    const meaning = worst.explanation ?? `${worst.finding}.`;
    return { ...worst.problem, result: isOpen ? 'limited' : 'closed', title, meaning };
  }
  if (!isOpen) return UNKNOWN;
  const names = ways.filter(({ result }) => result.state === 'passed').map(({ way }) => wayName(way));
  const from = isPrivate(facts) ? 'Nodes of the allowed networks reach' : 'Others reach';
  return {
    result: 'open',
    title: `${from} this node by ${listText(names)}`,
    meaning: 'Other nodes began these contacts, and what they report agrees with what this node announces.',
    fault: 'none',
    certainty: 'proven',
    reason: 'only contacts that others began are counted',
    advice: null,
    actions: [],
  };
}

const UNKNOWN: OwnVerdict = {
  result: 'unknown',
  title: 'No other node has contacted this one yet',
  meaning: 'Until another node does, nothing proves that the ports are open or closed.',
  fault: 'none',
  certainty: 'unclear',
  reason: 'there is no contact to judge by',
  advice: 'Leave the node running: the first contacts usually come within 15 min.',
  actions: [],
};

/** A failed check before a doubtful one; within the state, what explains more first. */
function worstOf(checks: readonly OwnCheck[]): OwnCheck | undefined {
  const rank = ({ check, state }: OwnCheck): number => {
    const at = ORDER.indexOf(check);
    return (state === 'failed' ? 0 : 100) + (at < 0 ? ORDER.length : at);
  };
  return checks.filter(({ problem: found }) => found !== null).toSorted((a, b) => rank(a) - rank(b))[0];
}

/** `Others reach you by UDP over IPv4, but not by TCP over IPv4`. */
function closedTitle(ways: readonly CheckedWay[], found: OwnProblem): string {
  const open = ways.filter(({ result }) => result.state === 'passed').map(({ way }) => wayName(way));
  if (open.length === 0) return found.title;
  const shut = ways.filter(({ result }) => result.problem !== null).map(({ way }) => wayName(way));
  const isCertain = ways.some(({ result }) => result.state === 'failed');
  return `Others reach this node by ${listText(open)}, but ${isCertain ? 'not' : 'perhaps not'} by ${listText(shut)}`;
}

function listText(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
