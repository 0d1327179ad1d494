import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { Lookups } from '../../../../src-main/discovery/lookup/lookups.ts';
import type { Table } from '../../../../src-main/discovery/table/table.ts';
import { fakeNode } from '../../../support/nodes.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const warnings: string[] = [];
const note = (warning: Error): void => {
  warnings.push(warning.name);
};
process.on('warning', note);
afterEach(() => process.off('warning', note));

it('runs a lookup for each of many static nodes without a warning of Node', async () => {
  const random = new SeededRandom(1);
  const seed = fakeNode(random.bytes(32));
  const lookups = new Lookups({
    table: { size: 1, closest: () => ({ nodes: [seed] }) } as unknown as Table,
    selfIdHex: fakeNode(random.bytes(32)).idHex,
    clock: new VirtualClock(),
    events: { emit: () => undefined },
    random,
    query: () => new Promise(() => undefined),
    refresh: () => Promise.resolve(),
  });
  lookups.start();
  const running = Array.from({ length: 16 }, () => lookups.run());
  await setImmediate();
  lookups.stop();
  await Promise.all(running);
  expect(warnings).toEqual([]);
});
