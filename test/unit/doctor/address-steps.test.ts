import { describe, expect, it } from 'vitest';
import type { Ban } from '../../../shared/model/ban.ts';
import { NetworkError } from '../../../src-main/base/errors.ts';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { addressStep, dnsStep } from '../../../src-main/doctor/address-steps.ts';
import type { DoctorPolicy } from '../../../src-main/doctor/environment.ts';
import { noEvidence, type Evidence } from '../../../src-main/doctor/evidence.ts';
import { StepLog } from '../../../src-main/doctor/step-log.ts';
import { signEnr } from '../../../src-main/node-record/enr.ts';
import { nodeFromParts, nodeFromRecord } from '../../../src-main/node-record/node-factory.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const key = new Uint8Array(32).fill(7);
const publicKey = publicKeyOf(key);
const clock = new VirtualClock();
const policy: DoctorPolicy = {
  ownIdHex: '00'.repeat(32),
  allows: () => true,
  banOf: () => undefined,
  needsConsent: () => false,
  hasAddressFor: () => true,
  families: () => ['ipv4', 'ipv6'],
};

const evidenceOf = (parts: { ip?: string; hostname?: string }, found: readonly string[] = []): Evidence => ({
  ...noEvidence(),
  node: nodeFromParts({ publicKey, tcp: 30303, udp: 30303, ...parts }),
  found,
});

const look = async (lookUp: (name: string) => Promise<readonly string[]>) => {
  const evidence = evidenceOf({ hostname: 'node.example.org' });
  const result = await dnsStep(lookUp, evidence, new StepLog(clock));
  return { result, evidence };
};
const failing = (code: string) => () => Promise.reject(Object.assign(new Error('failed'), { code }));

const judge = (evidence: Evidence, change: Partial<DoctorPolicy> = {}, special = false) =>
  addressStep({ ...policy, ...change }, { special }, evidence, new StepLog(clock));

describe('the step DNS name', () => {
  it('is not needed for an address', async () => {
    const evidence = evidenceOf({ ip: '203.0.114.1' });
    const result = await dnsStep(failing('ENOTFOUND'), evidence, new StepLog(clock));
    expect(result.state).toBe('not-needed');
  });

  it('keeps all addresses of both families, once each', async () => {
    const ips = ['8.8.8.8', '2600::1', '8.8.8.8', '9.9.9.9'];
    const { result, evidence } = await look(() => Promise.resolve(ips));
    expect(result).toMatchObject({ state: 'passed', finding: '8.8.8.8 and 2 more' });
    expect(evidence.found).toEqual(['8.8.8.8', '2600::1', '9.9.9.9']);
  });

  it('says which family is missing', async () => {
    expect((await look(() => Promise.resolve(['8.8.8.8']))).result.finding).toBe('8.8.8.8, no IPv6 address');
    expect((await look(() => Promise.resolve(['2600::1']))).result.finding).toBe('2600::1, no IPv4 address');
  });

  it.each([
    ['ENOTFOUND', 'name-not-found'],
    ['ENODATA', 'name-not-found'],
    ['EAI_AGAIN', 'name-lookup-failed'],
    ['ESERVFAIL', 'name-lookup-failed'],
  ])('tells %s of the resolver as %s', async (code, cause) => {
    const { result, evidence } = await look(failing(code));
    expect(result).toMatchObject({ state: 'failed', cause: { code: cause } });
    expect(evidence.refusal?.code).toBe(cause);
  });

  it('does not say that a name is gone when the server is silent, and says so when it has no address', async () => {
    const late = await look(() => Promise.reject(new NetworkError('timed-out', 'late')));
    expect(late.evidence.refusal?.code).toBe('name-lookup-failed');
    const empty = await look(() => Promise.resolve([]));
    expect(empty.evidence.refusal?.code).toBe('name-not-found');
  });
});

describe('the step Address', () => {
  it('tries IPv4 before IPv6', () => {
    const evidence = evidenceOf({ hostname: 'a.example.org' }, ['2600::1', '8.8.8.8']);
    expect(judge(evidence).state).toBe('passed');
    expect(evidence.endpoints.map(({ ip }) => ip)).toEqual(['8.8.8.8', '2600::1']);
  });

  it('takes the families by turns, so that the few that are tried have both', () => {
    const found = ['8.8.8.8', '9.9.9.9', '1.1.1.1', '2600::1', '2600::2'];
    const evidence = evidenceOf({ hostname: 'a.example.org' }, found);
    judge(evidence);
    expect(evidence.endpoints.map(({ ip }) => ip)).toEqual([
      ...['8.8.8.8', '2600::1', '9.9.9.9', '2600::2', '1.1.1.1'],
    ]);
  });

  it('takes both addresses of a record, each with its ports', () => {
    const entries = { ip: ipToBytes('8.8.8.8'), tcp: 1, udp: 2, ip6: ipToBytes('2600::1'), tcp6: 3, udp6: 4 };
    const evidence = { ...noEvidence(), node: nodeFromRecord(signEnr(entries, 1n, key)) };
    judge(evidence);
    expect(evidence.endpoints).toEqual([
      { ip: '8.8.8.8', tcp: 1, udp: 2 },
      { ip: '2600::1', tcp: 3, udp: 4 },
    ]);
  });

  const ban = { target: { kind: 'ip', value: '8.8.8.8' }, reason: 'floods' } as unknown as Ban;
  it.each([
    ['our own node', { ownIdHex: evidenceOf({}).node!.idHex }, 'own-node'],
    ['a ban', { banOf: () => ban }, 'banned'],
    ['the allowed networks', { allows: () => false }, 'not-netrestricted'],
    ['a special-purpose address', { needsConsent: () => true }, 'special-address'],
    ['a family that this machine lacks', { hasAddressFor: () => false }, 'address-not-available'],
  ])('stops at %s', (_, change, code) => {
    const evidence = evidenceOf({ ip: '8.8.8.8' });
    expect(judge(evidence, change)).toMatchObject({ state: 'failed', cause: { code } });
    expect(evidence.refusal?.code).toBe(code);
    expect(evidence.endpoints).toEqual([]);
  });

  it('reports a ban before the family', () => {
    const evidence = evidenceOf({ ip: '8.8.8.8' });
    judge(evidence, { banOf: () => ban, hasAddressFor: () => false });
    expect(evidence.refusal?.code).toBe('banned');
  });

  it('contacts a special-purpose address after consent, never an address of no host', () => {
    const lan = evidenceOf({ ip: '10.0.0.7' });
    expect(judge(lan, { needsConsent: () => true }, true).state).toBe('passed');
    for (const ip of ['0.0.0.0', '::', '224.0.0.1', 'ff02::1']) {
      const evidence = evidenceOf({ ip });
      expect(judge(evidence, {}, true)).toMatchObject({ cause: { code: 'not-a-host-address' } });
    }
  });

  it('leaves out the refused addresses of several', () => {
    const evidence = evidenceOf({ hostname: 'a.example.org' }, ['8.8.8.8', '9.9.9.9']);
    const result = judge(evidence, { allows: (ip) => ip === '9.9.9.9' });
    expect(result).toMatchObject({ state: 'passed', finding: '9.9.9.9 may be contacted; 1 left out' });
    expect(evidence.endpoints.map(({ ip }) => ip)).toEqual(['9.9.9.9']);
  });
});
