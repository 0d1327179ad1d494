/** What the recording costs: the throughput of one connection without a tap, with the recorder off, and with it on. */
import { DEFAULT_RECORD_BYTES, DEFAULT_RECORDS, type RecordingScope } from '../../shared/model/recording.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import type { Recorder } from '../../src-main/recorder/recorder.ts';
import { openRecorder } from '../support/open-recorder.ts';
import { Link } from './link.ts';
import { messages } from './ours.ts';
import { median } from './rate.ts';
import type { Figure, Row } from './rows.ts';

/** The figures; a peer named `no tap` is the same connection without a tap, in the same round. */
const RECORDER_FIGURES = [
  {
    name: 'recorder off',
    what: 'messages of 1 KiB over one connection; both ends have a tap, nothing is recorded',
    unit: 'messages/s',
    better: 'higher',
    budget: { 'no tap': 0.99 },
  },
  {
    name: 'recorder on',
    what: 'messages of 1 KiB over one connection; both ends record every message',
    unit: 'messages/s',
    better: 'higher',
    budget: { 'no tap': 0.75 },
  },
] as const satisfies readonly Figure[];

const EVERYTHING: RecordingScope = { nodes: null, discovery: true };
const LIMITS = { maxRecords: DEFAULT_RECORDS, maxBytes: DEFAULT_RECORD_BYTES };
const MESSAGE_BYTES = 1_024;
/** Pairs of measurements. They are short and alternate, so that load of the machine affects both halves of a pair. */
const PAIRS = 15;

/** Measures both figures. The ratio of a row is the median of the ratios of its pairs. */
export async function measureRecorder(seconds: number): Promise<readonly Row[]> {
  const link = await Link.open();
  const payload = systemRandom.bytes(MESSAGE_BYTES);
  const measure = (taps?: Recorder): Promise<number> => messages(link, seconds, payload, taps);
  const recorders = {
    'recorder off': openRecorder(systemClock, LIMITS),
    'recorder on': openRecorder(systemClock, LIMITS),
  };
  recorders['recorder on'].start(EVERYTHING);
  await measure();
  await measure(recorders['recorder off']);
  await measure(recorders['recorder on']);
  const rows: Row[] = [];
  for (const figure of RECORDER_FIGURES) {
    const ratios: number[] = [];
    const plain: number[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      // Which half is first alternates, so that a drift of the machine's speed cancels out.
      const isPlainFirst = pair % 2 === 0;
      const first = await measure(isPlainFirst ? undefined : recorders[figure.name]);
      const second = await measure(isPlainFirst ? recorders[figure.name] : undefined);
      const [without, tapped] = isPlainFirst ? [first, second] : [second, first];
      plain.push(without);
      ratios.push(tapped / without);
    }
    const base = median(plain);
    rows.push({ ...figure, ours: median(ratios) * base, peers: { 'no tap': base } });
  }
  await link.close();
  return rows;
}
