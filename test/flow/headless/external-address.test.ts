import { randomInt } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Application } from '../../../src-main/compose/application.ts';
import { PMP_PORT } from '../../../src-main/nat/nat-pmp.ts';
import { eventually } from '../../support/eventually.ts';
import { FakePmpGateway, FakeStunServer, EXTERNAL_IP } from '../../support/gateways.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

const start = (nat: string): Promise<Application> => applications.start('ours', '--nat', nat);

/** An address of the gateway that no other test uses: on Linux all of 127.0.0.0/8 is loopback. */
const gatewayIp =
  process.platform === 'linux'
    ? `127.${String(randomInt(1, 250))}.${String(randomInt(1, 250))}.7`
    : '127.0.0.1';

async function gateway(): Promise<FakePmpGateway> {
  const fake = await FakePmpGateway.start(gatewayIp, PMP_PORT);
  onTestFinished(() => fake.close());
  return fake;
}

describe('a node behind a gateway', () => {
  test('puts external address and ports into enode URL and ENR, and removes the mappings when it stops', async () => {
    const fake = await gateway();
    const application = await start(`pmp:${gatewayIp}`);
    const { backend } = application;
    const port = backend.status().listening.find(({ protocol }) => protocol === 'tcp')!.port;
    const status = await eventually('mapped', () => {
      const now = backend.status();
      return Promise.resolve(now.nat.state === 'mapped' ? now : undefined);
    });
    expect(status.nat).toMatchObject({
      method: `pmp:${gatewayIp}`,
      gateway: `NAT-PMP at ${gatewayIp}`,
      failure: null,
    });
    expect(status.external).toEqual([{ ip: EXTERNAL_IP, source: 'nat', votes: 0 }]);
    expect(status.identity.enode).toContain(`@${EXTERNAL_IP}:${String(port)}`);
    expect(status.health.find(({ id }) => id === 'nat')).toMatchObject({ state: 'good' });
    expect([...fake.mappings.keys()].sort()).toEqual([`tcp ${String(port)}`, expect.stringMatching(/^udp /)]);
    await application.stop();
    expect(fake.mappings.size).toBe(0);
  });

  test('advertises the external port when the gateway maps another one', async () => {
    const fake = await gateway();
    for (let port = 1_024; port < 65_535; port += 1) fake.manner.taken.add(port);
    const { backend } = await start(`pmp:${gatewayIp}`);
    const port = backend.status().listening.find(({ protocol }) => protocol === 'tcp')!.port;
    const record = backend.status().identity.enr;
    await eventually('mapped', () => Promise.resolve(backend.status().nat.state === 'mapped' || undefined));
    const { identity } = backend.status();
    expect(identity.enode).toContain(`@${EXTERNAL_IP}:${String(port + 1)}`);
    expect(identity.enr).not.toBe(record);
  });

  test('that refuses mappings runs anyway, and reports the reason', async () => {
    const fake = await gateway();
    fake.manner.mode = 'refusal';
    const before = Date.now();
    const { backend } = await start(`pmp:${gatewayIp}`);
    const status = await eventually('the failure', () => {
      const now = backend.status();
      return Promise.resolve(now.nat.state === 'failed' ? now : undefined);
    });
    expect(status.phase).toBe('running');
    expect(status.nat.failure?.message).toBe(`NAT-PMP at ${gatewayIp} refuses: it does not allow mappings.`);
    expect(status.nat.nextTryAt).toBeGreaterThan(before);
    expect(status.health.find(({ id }) => id === 'nat')).toMatchObject({ state: 'warning' });
  });
});

test('a node with a STUN server advertises the address that the server reports', async () => {
  const server = await FakeStunServer.start();
  onTestFinished(() => server.close());
  const { backend } = await start(`stun:127.0.0.1:${String(server.local.port)}`);
  await eventually('the address', () => Promise.resolve(backend.status().nat.state === 'known' || undefined));
  expect(backend.status().external).toEqual([{ ip: EXTERNAL_IP, source: 'stun', votes: 0 }]);
  expect(backend.status().identity.enode).toContain(`@${EXTERNAL_IP}:`);
});

test('a node that is restricted to loopback queries no gateway', async () => {
  const { backend } = await start('any');
  expect(backend.status().nat).toMatchObject({
    state: 'off',
    failure: { message: 'The node listens on loopback only: no gateway is queried.' },
  });
});

test('an unknown --nat method is refused before anything is opened', async () => {
  await expect(start('pmp:nowhere')).rejects.toThrow(/pmp:nowhere/);
});
