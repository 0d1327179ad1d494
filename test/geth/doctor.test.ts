import { resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { DoctorReport } from '../../shared/model/doctor.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { Geth, TESTCHAIN, type GethOptions } from '../support/geth.ts';
import { Puppet } from '../support/puppet.ts';

/* The command `doctor`, as a process, against real geth. */

const program = resolve(import.meta.dirname, '../../out/main/headless.js');
const running: Geth[] = [];

async function started(options: GethOptions): Promise<Geth> {
  const geth = await Geth.start({ discovery: { bootnodes: [], protocol: 'both' }, chain: false, ...options });
  running.push(geth);
  return geth;
}

afterAll(async () => {
  await Promise.all(running.map((geth) => geth.stop()));
});

/** Tests a node; loopback only. */
async function doctor(
  enode: string,
): Promise<{ readonly exitCode: number | null; readonly report: DoctorReport }> {
  const flags = ['--genesis', TESTCHAIN.genesisFile, '--netrestrict', '127.0.0.0/8', '--json', '--own'];
  const child = new Child('doctor', process.execPath, [program, 'doctor', enode, ...flags]);
  const exitCode = await child.exited;
  try {
    return { exitCode, report: JSON.parse(child.lines.join('\n')) as DoctorReport };
  } catch (cause) {
    throw new Error(child.failure('printed no report').message, { cause });
  }
}

const stateOf = ({ steps }: DoctorReport, name: string) => steps.find(({ step }) => step === name)?.state;

describe.each(['geth68', 'geth69', 'geth72'] as const)('the Doctor with a real %s', (version) => {
  test('passes every step of a healthy one, and finds its TCP port closed once it has stopped', async () => {
    const geth = await started({ version, chain: true });
    const { exitCode, report } = await doctor(geth.info.enode);
    expect(report.steps.filter(({ state }) => state !== 'passed').map(({ step }) => step)).toEqual(['dns']);
    expect(report.verdict).toMatchObject({ result: 'peer', cause: null, certainty: 'proven' });
    expect(report.steps.find(({ step }) => step === 'headers')?.finding).toBe(
      `block ${String(TESTCHAIN.headBlock)}`,
    );
    expect(exitCode).toBe(0);
    expect(await geth.rpc('admin_peers')).toEqual([]);

    await geth.stop();
    const stopped = await doctor(geth.info.enode);
    expect(stopped.report.verdict?.cause?.code).toBe('connection-refused');
    expect(stopped.report.verdict).toMatchObject({ result: 'no-peer', fault: 'theirs' });
    expect(stateOf(stopped.report, 'ping')).toBe('failed');
    expect(stopped.exitCode).toBe(1);
  });

  test('is told "too many peers" by a full one', async () => {
    const geth = await started({ version, maxPeers: 0 });
    const { exitCode, report } = await doctor(geth.info.enode);
    expect(report.verdict?.cause?.code).toBe('too-many-peers');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'none', certainty: 'proven' });
    expect(exitCode).toBe(1);
  });

  test('finds another network ID', async () => {
    const geth = await started({ version, networkId: '4242' });
    // In its first seconds geth reads our Status before it sends its own, and then sends the Disconnect alone.
    const { exitCode, report } = await eventually('Status of geth', async () => {
      const tested = await doctor(geth.info.enode);
      return tested.report.verdict?.cause?.code === 'subprotocol-error' ? undefined : tested;
    });
    expect(report.verdict?.cause?.code).toBe('wrong-network');
    expect(report.verdict).toMatchObject({ result: 'no-peer', certainty: 'proven' });
    expect(stateOf(report, 'ping')).toBe('passed');
    expect(exitCode).toBe(1);
  });

  test('takes one with discovery v4 alone as a peer, and finds a wrong key by its Pong', async () => {
    const geth = await started({ version, discovery: { bootnodes: [], protocol: 'v4' } });
    const { exitCode, report } = await doctor(geth.info.enode);
    expect(report.verdict).toMatchObject({ result: 'peer', cause: null });
    expect({ ping: stateOf(report, 'ping'), discv5: stateOf(report, 'discv5') }).toEqual({
      ping: 'passed',
      discv5: 'doubtful',
    });
    expect(exitCode).toBe(0);

    const key = Buffer.from(new Puppet().publicKey).toString('hex');
    const wrong = await doctor(geth.info.enode.replace(/^enode:\/\/[0-9a-f]+/, `enode://${key}`));
    expect(wrong.report.verdict?.cause?.code).toBe('wrong-node-key');
    expect(wrong.report.verdict).toMatchObject({ result: 'no-peer', certainty: 'proven' });
    expect(wrong.report.verdict?.suggestion).toContain(geth.info.enode.split('@')[0]);
    expect(wrong.exitCode).toBe(1);
  });
});
