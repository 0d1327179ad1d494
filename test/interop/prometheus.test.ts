import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Application } from '../../src-main/compose/application.ts';
import { DOCKER_FOLDER } from '../support/container-files.ts';
import { eventually } from '../support/eventually.ts';
import { folderOfTest } from '../support/folder-of-test.ts';
import { metricsUrlOf } from '../support/metrics-url.ts';
import { ALERTS_FILE, alertRules, dashboardQueries } from '../support/monitoring-files.ts';
import { runsPrometheus, startPrometheus } from '../support/prometheus.ts';
import { SOME_ENODE } from '../support/some-enode.ts';
import { startedApplications } from '../support/started-applications.ts';

const applications = startedApplications();
const folder = folderOfTest();

/** A node that does not listen. */
const UNREACHABLE = SOME_ENODE.replace(/@.*/, '@127.0.0.1:1');

/** One failed inbound connection, and the end of one session: without a cause there is no series. */
async function provokeCauses({ backend }: Application): Promise<void> {
  const port = backend
    .status()
    .listening.find(({ protocol, ip }) => protocol === 'tcp' && ip === '127.0.0.1');
  const socket = connect(port?.port ?? 0, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  const peer = await eventually('a peer', () => Promise.resolve(backend.peers().at(0)));
  expect(backend.disconnect(peer.id)).toBe(true);
}

/** What Grafana fills in. */
const filled = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '5s').replaceAll('$instance', '.*');

describe.runIf(runsPrometheus)('Prometheus', () => {
  test('accepts the configuration of the example with containers, beside the alert rules', async () => {
    const config = folder.path('prometheus.yml');
    await copyFile(join(DOCKER_FOLDER, 'prometheus.yml'), config);
    await copyFile(ALERTS_FILE, folder.path('alerts.yml'));
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'config', config], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('1 rule files found');
  });

  test('accepts the alert rules', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', ALERTS_FILE], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`${String(alertRules().length)} rules found`);
  });

  test('accepts the metrics of a demo node, and has data for each query of the dashboard', async () => {
    const flags = ['--demo', '--metrics', '--metrics.port', '0', '--staticnodes', UNREACHABLE];
    const demo = await applications.start('demo', ...flags);
    const url = metricsUrlOf(demo);
    const prometheus = await startPrometheus(applications.path('prometheus'), new URL(url), ALERTS_FILE);
    applications.atEnd(() => prometheus.stop());

    await provokeCauses(demo);
    const waiting = new Set(dashboardQueries().map(({ expr }) => expr));
    await eventually('data for each query', async () => {
      for (const expr of waiting) if ((await prometheus.query(filled(expr))).length > 0) waiting.delete(expr);
      if (waiting.size > 0) throw new Error(`no data for ${[...waiting].join('\n')}`);
      return true;
    });

    const [peers] = await prometheus.query('p2p_peers and on (job, instance) enodeck_info');
    expect(Number(peers?.value[1])).toBeGreaterThan(0);
    // Every rule can be evaluated, and a node that works makes no alert of its own.
    for (const { expr } of alertRules()) await prometheus.query(expr);
    expect(await prometheus.query('ALERTS{alertname="EnodeckDown"}')).toEqual([]);
  });
});
