import { randomInt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { compose, type Application } from '../../../src-main/compose/application.ts';
import { PMP_PORT } from '../../../src-main/nat/nat-pmp.ts';
import { eventually } from '../../support/eventually.ts';
import { FakePmpGateway, FakeStunServer, EXTERNAL_IP } from '../../support/gateways.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let application: Application | undefined;

/** A node on loopback that speaks to nobody but loopback. */
async function start(nat: string): Promise<Application> {
  const args = [
    ...['--datadir', folder.path, '--http.port', '0', '--addr', '127.0.0.1', '--port', '0'],
    ...['--bootnodes', '', '--netrestrict', '127.0.0.0/8', '--nat', nat, '--discovery.dns', ''],
  ];
  const launch = parseCommandLine(args, {}, { mode: 'headless', version: '0' });
  if (launch.kind !== 'run') throw new Error('not a command line to run');
  application = await compose(launch.options, {
    mode: 'headless',
    environment: {},
    logSinks: [],
    pageFolder: folder.path,
  });
  await application.start();
  return application;
}

/** Where a gateway of its own is for each test: whole networks are loopback on Linux. */
const gatewayIp =
  process.platform === 'linux'
    ? `127.${String(randomInt(1, 250))}.${String(randomInt(1, 250))}.7`
    : '127.0.0.1';

async function gateway(): Promise<FakePmpGateway> {
  const fake = await FakePmpGateway.start(gatewayIp, PMP_PORT);
  onTestFinished(() => fake.close());
  return fake;
}

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await application?.stop();
  application = undefined;
  await folder.remove();
});

describe('a node behind a gateway', () => {
  test('says its outer address and ports in enode and record, and gives the mappings back', async () => {
    const fake = await gateway();
    const { backend } = await start(`pmp:${gatewayIp}`);
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
    await application?.stop();
    expect(fake.mappings.size).toBe(0);
  });

  test('names the outer port where the gateway gives another', async () => {
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

  test('that maps nothing runs all the same, and says why', async () => {
    const fake = await gateway();
    fake.manner.mode = 'refusal';
    const { backend } = await start(`pmp:${gatewayIp}`);
    const status = await eventually('the refusal', () => {
      const now = backend.status();
      return Promise.resolve(now.nat.state === 'failed' ? now : undefined);
    });
    expect(status.phase).toBe('running');
    expect(status.nat.failure).toBe(`NAT-PMP at ${gatewayIp} refuses: it does not allow mappings.`);
    expect(status.nat.nextTryAt).toBeGreaterThan(Date.now());
    expect(status.health.find(({ id }) => id === 'nat')).toMatchObject({ state: 'look' });
  });
});

test('a node that asks a STUN server says the address that it was told', async () => {
  const server = await FakeStunServer.start();
  onTestFinished(() => server.close());
  const { backend } = await start(`stun:127.0.0.1:${String(server.local.port)}`);
  await eventually('the address', () => Promise.resolve(backend.status().nat.state === 'known' || undefined));
  expect(backend.status().external).toEqual([{ ip: EXTERNAL_IP, source: 'stun', votes: 0 }]);
  expect(backend.status().identity.enode).toContain(`@${EXTERNAL_IP}:`);
});

test('a node that may speak to loopback alone looks for no gateway', async () => {
  const { backend } = await start('any');
  expect(backend.status().nat).toMatchObject({
    state: 'off',
    failure: 'The node listens on loopback only: no gateway is queried.',
  });
});

test('a method that is none is refused before anything is opened', async () => {
  await expect(start('pmp:nowhere')).rejects.toThrow(/pmp:nowhere/);
});
