import type { HealthCheck } from '../../shared/model/node.ts';
import { certificateCheck } from './health-certificate.ts';
import { chainChecks } from './health-chain.ts';
import { check, type HealthFacts } from './health-facts.ts';
import { forkOverridesCheck, unknownForkCheck } from './health-forks.ts';
import { discoveryChecks, peersInCheck, peersOutCheck } from './health-peers.ts';
import { clockCheck, externalCheck, natCheck, portCheck } from './health-reach.ts';
import { electronCheck } from './health-runtime.ts';
import { spaceCheck, storageCheck } from './health-storage.ts';

/** Event loop delays (99th percentile, milliseconds) from which the state is `warning` and `bad` (our choice). */
const DELAY_WARN_MS = 50;
const DELAY_BAD_MS = 250;

/** Returns the health list in the order of display; empty while the node is not running. */
export function healthOf(facts: HealthFacts): HealthCheck[] {
  if (!facts.running) return [];
  const checks = [
    facts.networkPresent || facts.demo || facts.confined ? undefined : NO_NETWORK,
    unknownForkCheck(facts),
    portCheck(facts),
    natCheck(facts),
    externalCheck(facts),
    clockCheck(facts),
    ...discoveryChecks(facts),
    peersInCheck(facts),
    peersOutCheck(facts),
    ...chainChecks(facts),
    storageCheck(facts.database),
    spaceCheck(facts.database),
    ...keyChecks(facts),
    certificateCheck(facts),
    electronCheck(facts),
    delayCheck(facts),
    forkOverridesCheck(facts),
  ];
  return checks.filter((line) => line !== undefined);
}

const NO_NETWORK = check(
  'network',
  'bad',
  'This machine has no network',
  'only loopback addresses',
  'Connect it, or start the demo for a private network inside this process.',
);

/** One check per warning about the storage of the node key. */
function keyChecks({ keyWarnings = [] }: HealthFacts): HealthCheck[] {
  return keyWarnings.map(({ code, message }) =>
    code === 'key-readable-by-others'
      ? check(
          'node-key',
          'warning',
          'Node key can be read by others',
          message,
          'Make the file readable by its owner only (chmod 600).',
        )
      : check('node-key', 'warning', 'Node key is not in the keyring', message),
  );
}

function delayCheck({ eventLoop }: HealthFacts): HealthCheck {
  const id = 'event-loop';
  if (eventLoop === undefined) return check(id, 'pending', 'Event loop', 'measuring');
  const { p99Ms, maxMs } = eventLoop;
  const state = p99Ms >= DELAY_BAD_MS ? 'bad' : p99Ms >= DELAY_WARN_MS ? 'warning' : 'good';
  const title = state === 'good' ? 'Event loop' : 'Event loop is slow';
  const evidence = `delay ${p99Ms.toFixed(p99Ms < 10 ? 1 : 0)} ms p99, ${maxMs.toFixed(0)} ms max`;
  const advice =
    state === 'good' ? null : 'Lower the maximum number of peers, or reduce the load of this machine.';
  return check(id, state, title, evidence, advice);
}
