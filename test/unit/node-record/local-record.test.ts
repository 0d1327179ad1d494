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
  it('starts with the time in milliseconds as its sequence number', async () => {
    const { record } = await open();
    expect(record.current().seq).toBe(BigInt(VIRTUAL_EPOCH_MS));
  });

  it('continues after the last saved number, even when the clock is behind it', async () => {
    const store = new MemorySeqStore();
    store.seq = 9_000_000_000_000n;
    const { record } = await open(store);
    expect(record.current().seq).toBe(9_000_000_000_001n);
  });

  it('never repeats a number after a restart', async () => {
    const { record, store } = await open();
    record.setEndpoint('ipv4', { ip: '127.0.0.1', udp: 1, tcp: 1 });
    await record.saved();
    const first = record.current().seq;
    const again = await open(store);
    expect(again.record.current().seq).toBeGreaterThan(first);
  });

  it('increments its number once for synchronous changes, and reports the changed keys', async () => {
    const { record, clock, store } = await open();
    const calls: [Enr, readonly string[]][] = [];
    record.onChange((enr, keys) => calls.push([enr, keys]));
    const before = record.current().seq;
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 30303, tcp: 30304 });
    record.setForkId({ hash: hex('07c9462e'), next: 0n });
    await clock.settle();
    expect(calls).toHaveLength(1);
    const [enr, keys] = calls[0]!;
    expect(keys).toEqual(['eth', 'ip', 'tcp', 'udp']);
    expect(enr.seq).toBe(before + 1n);
    expect(decodeEnr(enr.encoded)).toMatchObject({ ip: '10.0.0.1', udp: 30303, tcp: 30304 });
    expect(enr.eth).toEqual({ hash: hex('07c9462e'), next: 0n });
    expect(store.saves).toEqual([before, before + 1n]);
  });

  it('includes all changes when it is read', async () => {
    const { record } = await open();
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 5, tcp: 6 });
    expect(record.current().ip).toBe('10.0.0.1');
    expect(record.node()).toMatchObject({ ip: '10.0.0.1', udp: 5, tcp: 6 });
  });

  it('is not signed again when nothing changes', async () => {
    const { record, clock } = await open();
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 5, tcp: 6 });
    record.setForkId({ hash: hex('01020304'), next: 1n });
    const enr = record.current();
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 5, tcp: 6 });
    record.setForkId({ hash: hex('01020304'), next: 1n });
    await clock.settle();
    expect(record.current()).toBe(enr);
  });

  it('has IPv6 ports only when they differ', async () => {
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

  it('announces the ports, but not an unknown or unspecified address', async () => {
    const { record } = await open();
    record.setEndpoint('ipv4', { ip: '0.0.0.0', udp: 5, tcp: 6 });
    record.setEndpoint('ipv6', { ip: undefined, udp: 5, tcp: 6 });
    expect(record.current().keys()).toEqual(['id', 'secp256k1', 'tcp', 'udp']);
  });

  it('has entries that were set, until they are removed', async () => {
    const { record } = await open();
    record.setEntry('snap', []);
    expect(record.current().get('snap')).toEqual(hex('c0'));
    record.setEntry('snap', undefined);
    record.setForkId({ hash: hex('01020304'), next: 1n });
    record.setForkId(undefined);
    expect(record.current().keys()).toEqual(['id', 'secp256k1']);
  });

  it('is used although its number cannot be saved, and reports the error', async () => {
    const errors: unknown[] = [];
    const { record, store } = await open(new MemorySeqStore(), errors);
    await record.saved();
    store.failure = new Error('disk full');
    record.setEndpoint('ipv4', { ip: '10.0.0.1', udp: 5, tcp: 6 });
    await record.saved();
    expect(errors).toEqual([store.failure]);
    expect(record.current().ip).toBe('10.0.0.1');
  });

  it('does not call a listener that was removed', async () => {
    const { record } = await open();
    let calls = 0;
    const remove = record.onChange(() => calls++);
    remove();
    record.setEntry('x', 1);
    record.current();
    expect(calls).toBe(0);
  });
});
