import { describe, expect, it } from 'vitest';
import { demoClientName } from '../../../src-main/demo/client-names.ts';
import { DEMO_ROLES } from '../../../src-main/demo/roster.ts';
import { CLIENT_FAMILIES, readClientName } from '../../../src-renderer/model/clients.ts';

describe('the client names of the demo', () => {
  it('are read as those of real clients, and marked as the demo’s', () => {
    const read = DEMO_ROLES.map(({ client, name }) => readClientName(demoClientName(client, name)));
    for (const [at, { family, version, nickname }] of read.entries()) {
      expect(CLIENT_FAMILIES).toContain(family);
      expect(version).toMatch(/^v\d+\.\d+\.\d+$/);
      expect(nickname).toBe(`demo-${DEMO_ROLES[at]?.name ?? ''}`);
    }
    expect(new Set(read.map(({ family }) => family)).size).toBe(6);
  });
});

describe('the demo nodes', () => {
  it('keep their place in the list, which gives their endpoint, so that demo-nodes.txt stays true', () => {
    const places = Object.fromEntries(DEMO_ROLES.map(({ name }, at) => [name, at]));
    expect(places).toMatchObject({ alder: 0, willow: 23, yew: 24, baobab: 25, walnut: 31 });
    expect(Object.keys(places)).toHaveLength(DEMO_ROLES.length);
  });

  it('have latencies from near to far, and some busy sessions', () => {
    const latencies = DEMO_ROLES.map(({ latencyMs }) => latencyMs);
    expect(Math.min(...latencies)).toBeLessThan(10);
    expect(Math.max(...latencies)).toBeGreaterThan(200);
    expect(DEMO_ROLES.filter(({ busy }) => busy).length).toBeGreaterThanOrEqual(2);
  });
});
