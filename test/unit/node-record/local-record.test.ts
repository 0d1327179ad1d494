import { describe, expect, it } from 'vitest';
import { decodeEnr, type Enr } from '../../../src-main/node-record/enr.ts';
import { LocalRecord, type SeqStore } from '../../../src-main/node-record/local-record.ts';
import { hex } from '../../support/hex.ts';
import { VIRTUAL_EPOCH_MS, VirtualClock } from '../../support/virtual-clock.ts';

const privateKey = hex('b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291');

class MemorySeqStore implements SeqStore {
  seq: bigint | undefined;
  readonly saves: bigint[] = [];
  failure: Error | undefined;

  loadSeq(): Promise<bigint | undefined> {
    return Promise.resolve(this.seq);
  }

  saveSeq(seq: bigint): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.seq = seq;
    this.saves.push(seq);
    return Promise.resolve();
  }
}

async function open(store = new MemorySeqStore(), errors: unknown[] = []) {
  const clock = new VirtualClock();
  const record = await LocalRecord.open({
    privateKey,
    clock,
    store,
    onSaveError: (error) => errors.push(error),
  });
  return { record, store, clock };
}

describe('The local record', () => {
  it('begins with the time in milliseconds', async () => {
    const { record } = await open();
    expect(record.current().seq).toBe(BigInt(VIRTUAL_EPOCH_MS));
  });

  it('continues after the number saved last, even when the clock says less', async () => {
    const store = new MemorySeqStore();
    store.seq = 9_000_000_000_000n;
    const { record } = await open(store);
    expect(record.current().seq).toBe(9_000_000_000_001n);
  });

  it('never repeats a number over restarts', async () => {
    const { record, store } = await open();
    record.setEndpoint('ipv4', { ip: '127.0.0.1', udp: 1, tcp: 1 });
    await record.saved();
    const first = record.current().seq;
    const again = await open(store);
    expect(again.record.current().seq).toBeGreaterThan(first);
  });

  it('counts up once for all changes made in one go and tells what changed', async () => {
    const { record, clock, store } = await open();
    const heard: [Enr, string][] = [];
    record.onChange((enr, reason) => heard.push([enr, reason]));
    const before = record.current().seq;
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 30303, tcp: 30304 });
    record.setForkId({ hash: hex('07c9462e'), next: 0n });
    await clock.settle();
    expect(heard).toHaveLength(1);
    const [enr, reason] = heard[0]!;
    expect(reason).toBe('eth, ip, tcp, udp');
    expect(enr.seq).toBe(before + 1n);
    expect(decodeEnr(enr.encoded)).toMatchObject({ ip: '10.0.0.1', udp: 30303, tcp: 30304 });
    expect(enr.eth).toEqual({ hash: hex('07c9462e'), next: 0n });
    expect(store.saves).toEqual([before, before + 1n]);
  });

  it('has changes in it as soon as it is asked for', async () => {
    const { record } = await open();
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 5, tcp: 6 });
    expect(record.current().ip).toBe('10.0.0.1');
    expect(record.node()).toMatchObject({ ip: '10.0.0.1', udp: 5, tcp: 6 });
  });

  it('stays as it is when nothing changes', async () => {
    const { record, clock } = await open();
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 5, tcp: 6 });
    record.setForkId({ hash: hex('01020304'), next: 1n });
    const enr = record.current();
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 5, tcp: 6 });
    record.setForkId({ hash: hex('01020304'), next: 1n });
    await clock.settle();
    expect(record.current()).toBe(enr);
  });

  it('writes ports of IPv6 only where they differ', async () => {
    const { record } = await open();
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 5, tcp: 6 });
    record.setEndpoint('ipv6', { ip: '2001:db8::1', udp: 5, tcp: 7 });
    expect(record.current()).toMatchObject({
      ip: '10.0.0.1',
      ip6: '2001:db8::1',
      udp: 5,
      tcp: 6,
      udp6: undefined,
      tcp6: 7,
    });
    record.setEndpoint('ipv4', undefined);
    expect(record.current()).toMatchObject({
      ip: undefined,
      ip6: '2001:db8::1',
      udp: 5,
      tcp: 7,
      tcp6: undefined,
    });
    record.setEndpoint('ipv6', undefined);
    expect(record.current().keys()).toEqual(['id', 'secp256k1']);
  });

  it('does not announce an address that is unknown or all zeros, but the ports', async () => {
    const { record } = await open();
    record.setEndpoint('ipv4', { ip: '0.0.0.0', udp: 5, tcp: 6 });
    record.setEndpoint('ipv6', { ip: undefined, udp: 5, tcp: 6 });
    expect(record.current().keys()).toEqual(['id', 'secp256k1', 'tcp', 'udp']);
  });

  it('takes entries of other rooms and gives them up again', async () => {
    const { record } = await open();
    record.setEntry('snap', []);
    expect(record.current().get('snap')).toEqual(hex('c0'));
    record.setEntry('snap', undefined);
    record.setForkId({ hash: hex('01020304'), next: 1n });
    record.setForkId(undefined);
    expect(record.current().keys()).toEqual(['id', 'secp256k1']);
  });

  it('is in force although its number cannot be saved, and says so', async () => {
    const errors: unknown[] = [];
    const { record, store } = await open(new MemorySeqStore(), errors);
    await record.saved();
    store.failure = new Error('disk full');
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 5, tcp: 6 });
    await record.saved();
    expect(errors).toEqual([store.failure]);
    expect(record.current().ip).toBe('10.0.0.1');
  });

  it('no longer tells a listener that has left', async () => {
    const { record } = await open();
    let calls = 0;
    const leave = record.onChange(() => calls++);
    leave();
    record.setEntry('x', 1);
    record.current();
    expect(calls).toBe(0);
  });
});
