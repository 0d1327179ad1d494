import { describe, expect, test } from 'vitest';
import { STEP_PHRASES, trayViewOf, type TrayFacts } from '../../../src-main/desktop/tray-view.ts';
import { en } from '../../../src-renderer/messages/en.ts';

const RUNNING: TrayFacts = {
  ...{ phase: 'running', network: 'mainnet', isWindowVisible: true, stopping: undefined },
  peers: { total: 23, inbound: 8, outbound: 15 },
  traffic: { bytesInPerSecond: 214_000, bytesOutPerSecond: 9_600 },
};
const actionsOf = (facts: TrayFacts): string[] =>
  trayViewOf(facts).actions.map(({ label, enabled }) => (enabled ? label : `(${label})`));

describe('the tray', () => {
  test('says state, peers and rates in the tooltip and in the menu', () => {
    expect(trayViewOf(RUNNING)).toMatchObject({
      icon: 'running',
      tooltip: 'Enodeck · mainnet: running · 23 peers: 8 in, 15 out · 214 kB/s in, 9.6 kB/s out',
      facts: ['mainnet: running', '23 peers: 8 in, 15 out', '214 kB/s in, 9.6 kB/s out'],
    });
    expect(trayViewOf({ ...RUNNING, peers: { total: 0, inbound: 0, outbound: 0 } }).icon).toBe('alone');
  });

  test.each(['stopped', 'failed', 'starting', 'stopping'] as const)('shows no figures when %s', (phase) => {
    const view = trayViewOf({ ...RUNNING, phase });
    expect(view.icon).toBe('stopped');
    expect(view.facts).toHaveLength(1);
    expect(view.facts[0]).not.toMatch(/undefined/);
  });

  test('offers what can be done now', () => {
    expect(actionsOf(RUNNING)).toEqual(['Hide', 'Stop the node', 'Quit']);
    expect(actionsOf({ ...RUNNING, phase: 'failed', isWindowVisible: false })).toEqual([
      ...['Show', 'Start the node', 'Quit'],
    ]);
    expect(actionsOf({ ...RUNNING, phase: 'starting' })).toEqual(['Hide', '(Start the node)', 'Quit']);
    expect(actionsOf({ ...RUNNING, phase: 'stopping', stopping: 'sessions' })).toEqual([
      ...['(Hide)', '(Stop the node)', '(Quit)'],
    ]);
  });

  test('names the steps of a stop as the window does', () => {
    expect(STEP_PHRASES).toEqual(en.stop.step);
  });

  test('says what is being stopped while the program ends', () => {
    expect(trayViewOf({ ...RUNNING, phase: 'stopping', stopping: 'port-mapping' }).tooltip).toBe(
      'Enodeck · Stopping: port mapping',
    );
  });
});
