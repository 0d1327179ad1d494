import { expect, test } from 'vitest';
import type { OwnCheck, OwnCheckName, OwnNodeReport } from '../../../shared/model/own-node.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

async function ownNode({ api }: Application): Promise<OwnNodeReport> {
  const reply = await api.call('doctor.ownNode', {});
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.result as OwnNodeReport;
}

const find = ({ checks }: OwnNodeReport, name: OwnCheckName): OwnCheck =>
  checks.find(({ check }) => check === name)!;

test('the report on our own node counts what the nodes of the demo did', { timeout: 90_000 }, async () => {
  const application = await applications.start('own', '--demo');
  const report = await eventually('contacts by TCP', async () => {
    const found = await ownNode(application);
    const checks = (['tcp4', 'fork'] as const).map((name) => find(found, name));
    const open = checks.filter(({ state }) => state !== 'passed');
    if (open.length > 0) throw new Error(JSON.stringify(open));
    return Promise.resolve(found);
  });
  expect(report.network).toBe('demo');
  expect(find(report, 'tcp4').finding).toMatch(/^\d+ connections? from the allowed networks$/);
  expect(find(report, 'listening')).toMatchObject({ state: 'passed', problem: null });
  const socket = application.backend.status().listening.find(({ protocol }) => protocol === 'tcp');
  expect(find(report, 'listening').subject).toMatch(new RegExp(`^port ${String(socket?.port)}`));
  // Whether a node of the demo sends the first packet, or this node does, depends on which of them is faster.
  expect(['passed', 'waiting']).toContain(find(report, 'udp4').state);
  expect(report.verdict.title).toMatch(/^Nodes of the allowed networks reach this node by .*over IPv4/);

  await application.backend.stop();
  expect(await ownNode(application)).toMatchObject({ checks: [], verdict: { result: 'stopped' } });
});
