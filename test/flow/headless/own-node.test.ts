import { expect, test } from 'vitest';
import type { OwnCheck, OwnCheckName, OwnNodeReport } from '../../../shared/model/own-node.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';
import { pingUntilAnswered, startedDiscovery } from '../../support/started-discovery.ts';

const applications = startedApplications();
const discoveries = startedDiscovery();

async function ownNode({ api }: Application): Promise<OwnNodeReport> {
  const reply = await api.call('doctor.ownNode', {});
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.result as OwnNodeReport;
}

const find = ({ checks }: OwnNodeReport, name: OwnCheckName): OwnCheck =>
  checks.find(({ check }) => check === name)!;

test('the report on our own node counts what other nodes did', async () => {
  const application = await applications.start('own', '--demo');
  // The first packet is a Ping from an endpoint that ours has not contacted. With the demo's nodes, ours may be the first.
  const unknown = await discoveries.node('127.0.0.1');
  await pingUntilAnswered(unknown, 'v4', parseNode(application.backend.status().identity.enode));
  const report = await eventually('contacts by TCP and UDP', async () => {
    const found = await ownNode(application);
    const checks = (['tcp4', 'udp4', 'fork'] as const).map((name) => find(found, name));
    const open = checks.filter(({ state }) => state !== 'passed');
    if (open.length > 0) throw new Error(JSON.stringify(open));
    return Promise.resolve(found);
  });
  expect(report.network).toBe('demo');
  expect(find(report, 'tcp4').finding).toMatch(/^\d+ connections? from the allowed networks$/);
  expect(find(report, 'listening')).toMatchObject({ state: 'passed', problem: null });
  const socket = application.backend.status().listening.find(({ protocol }) => protocol === 'tcp');
  expect(find(report, 'listening').subject).toMatch(new RegExp(`^port ${String(socket?.port)}`));
  expect(find(report, 'udp4').finding).toMatch(/^\d+ requests? from the allowed networks$/);
  expect(report.verdict.result).toBe('open');
  // IPv6 follows on a machine that has it, when a node of the demo has used it.
  expect(report.verdict.title).toMatch(
    /^Nodes of the allowed networks reach this node by UDP over IPv4(,| and) TCP over IPv4\b/,
  );

  await application.backend.stop();
  expect(await ownNode(application)).toMatchObject({ checks: [], verdict: { result: 'stopped' } });
});
