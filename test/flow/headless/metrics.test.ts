import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { Application } from '../../../src-main/compose/application.ts';
import { eventually } from '../../support/eventually.ts';
import { metricsUrlOf } from '../../support/metrics-url.ts';
import { LOOPBACK_FLAGS, startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();
const SERVED = ['--metrics', '--metrics.port', '0'];

async function valuesOf(application: Application): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(metricsUrlOf(application))).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('two nodes with a session report it, and a stopped node serves nothing', async () => {
  const theirs = await applications.start('theirs', ...SERVED);
  const { enode } = theirs.backend.status().identity;
  const ours = await applications.start('ours', ...SERVED, '--staticnodes', enode, '--bootnodes', enode);
  await eventually('a session', () => Promise.resolve(ours.backend.peers().length === 1 || undefined));
  const our = await valuesOf(ours);
  expect(our.get('p2p_peers')).toBe(1);
  expect(our.get('p2p_peers_outbound')).toBe(1);
  expect(our.get('p2p_dials_success')).toBe(1);
  expect(our.get('discover_egress')).toBeGreaterThan(0);
  const their = await valuesOf(theirs);
  expect(their.get('p2p_serves_success')).toBe(1);
  expect(their.get('discover_ingress')).toBeGreaterThan(0);

  const url = metricsUrlOf(ours);
  await ours.backend.stop();
  await expect(fetch(url)).rejects.toThrow();
});

test('without the flag nothing is served', async () => {
  const { backend } = await applications.start('ours');
  expect(backend.logs.all().filter(({ message }) => message === 'the metrics are served')).toEqual([]);
});

test('a node whose port of the metrics is in use does not start, and names the setting', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  applications.atEnd(() => holder.close());
  const port = String((holder.address() as AddressInfo).port);
  const flags = [...LOOPBACK_FLAGS, '--metrics', '--metrics.port', port];
  const { backend } = await applications.compose('ours', flags);
  await expect(backend.start()).rejects.toMatchObject({ code: 'address-in-use' });
  const { phase, failure, listening } = backend.status();
  expect([phase, failure?.setting?.key, listening]).toEqual(['failed', 'metricsPort', []]);
  expect(failure?.message).toContain(`127.0.0.1:${port}`);
});

test('an invalid address is refused with the reason', async () => {
  const flags = [...LOOPBACK_FLAGS, '--metrics.addr', 'localhost'];
  await expect(applications.compose('ours', flags)).rejects.toThrow(/metrics\.addr.*must be an IP address/s);
});
