import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
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

/** Series of faults, and the alerts that they make. */
const ALERTS_TEST_FILE = join(import.meta.dirname, 'alerts.test.yml');

const applications = startedApplications();
const folder = folderOfTest();

/** A node that does not listen. */
const UNREACHABLE = SOME_ENODE.replace(/@.*/, '@127.0.0.1:1');

/** Alerts on what a busy machine and a small quiet network have for some seconds; their rules have a time. */
const NOT_AT_ONCE = new Set(['EnodeckDiscoverySilent', 'EnodeckEventLoopSlow', 'EnodeckHealthBad']);

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
  expr
    .replaceAll('$__rate_interval:15s', '5s:500ms')
    .replaceAll('$__rate_interval', '5s')
    .replaceAll('$instance', '.*');

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

  test('fires each alert for its fault', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', ALERTS_TEST_FILE], {
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
    const fired = readFileSync(ALERTS_TEST_FILE, 'utf8').matchAll(
      /alertname: (\w+)\n +eval_time: .*\n +exp_alerts:/g,
    );
    expect(new Set([...fired].map(([, name]) => name))).toEqual(
      new Set(alertRules().map(({ alert }) => alert)),
    );
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
    // A node that works makes no alert.
    for (const { alert, expr } of alertRules())
      if (!NOT_AT_ONCE.has(alert)) expect(await prometheus.query(expr), alert).toEqual([]);
  });
});
