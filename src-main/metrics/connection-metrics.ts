import { OFFENCES } from '../../shared/causes/offences.ts';
import type { LabelCount } from '../stats/label-counts.ts';
import { counter, counters, gauge, samplesOf, type Metric, type Sample } from './metric.ts';

/** Dials, connections and sessions, by cause: the codes of the catalogue of causes. */
export const CONNECTION_METRICS: readonly Metric[] = [
  gauge('enodeck_dials_in_progress', 'Dials in progress.', ({ status }) => status.peers.dialing),
  gauge('enodeck_dial_slots', 'Slots for dials.', ({ status }) => status.peers.dialSlots),
  gauge(
    'enodeck_dials_waiting',
    'Nodes in backoff or in the dial history.',
    ({ status }) => status.peers.waiting,
  ),
  counter(
    'enodeck_dial_seconds_total',
    'Time that all ended dials took together.',
    ({ connections }) => connections.dials.ms / 1_000,
  ),
  counter('enodeck_dials_ended_total', 'Dials that have ended.', (f) => f.connections.dials.count),
  counters(
    'enodeck_dial_failures_total',
    'Dials that failed, by cause and stage of the connection.',
    ['code', 'stage'],
    ({ connections }) => samples(connections.dialFailures.list()),
  ),
  counters(
    'enodeck_dial_refusals_total',
    'Nodes that were not dialled, by reason.',
    ['code'],
    ({ connections }) => samples(connections.dialRefusals.list()),
  ),
  counters(
    'enodeck_inbound_failures_total',
    'Inbound connections that became no session, by cause and stage of the connection.',
    ['code', 'stage'],
    ({ connections }) => samples(connections.inboundFailures.list()),
  ),
  counters(
    'enodeck_session_ends_total',
    'Sessions that ended, by cause and by the side that ended them.',
    ['code', 'by'],
    ({ connections }) => samples(connections.sessionEnds.list()),
  ),
  counters(
    'enodeck_offences_total',
    'Offences of other nodes, which lower their reputation.',
    ['offence'],
    ({ connections }) => withZeros('offence', OFFENCES, connections.offences.list()),
  ),
  counters(
    'enodeck_limited_messages_total',
    'Messages above a limit: in of peers, out to peers that do not read.',
    ['direction'],
    ({ connections }) => withZeros('direction', ['in', 'out'], connections.limited.list()),
  ),
];

const samples = <Label extends string>(counts: readonly LabelCount<Label>[]): readonly Sample<Label>[] =>
  counts.map(({ labels, count }) => ({ labels, value: count }));

/** All values of a short label, so that a rate over the first event is not missed. */
function withZeros<Label extends string>(
  label: Label,
  values: readonly string[],
  counts: readonly LabelCount<Label>[],
): readonly Sample<Label>[] {
  const zeros = Object.fromEntries(values.map((value) => [value, 0]));
  const counted = Object.fromEntries(counts.map(({ labels, count }) => [labels[label], count]));
  return samplesOf(label, { ...zeros, ...counted });
}
