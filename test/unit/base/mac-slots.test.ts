import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { MacSlots, MAX_SLOTS, type MacSlot } from '../../../src-main/base/mac-slots.ts';
import { loadWasmModule, type WasmModule } from '../../../src-main/base/wasm-module.ts';
import { eventually } from '../../support/eventually.ts';

/** Where a slot has its last digest, which is the first lanes of the permuted state. */
const DIGEST = 208;

let module: WasmModule;
let slots: MacSlots;

beforeEach(() => {
  module = loadWasmModule()!;
  slots = new MacSlots(module);
});

const slotBytes = (): number => module.run.slotBytes.value;
const bytesOf = ({ address }: MacSlot): Uint8Array => module.bytes.subarray(address, address + slotBytes());

describe('the slots of the module', () => {
  it('do not overlap, also in memory that was added', () => {
    const before = module.bytes.length;
    const taken = Array.from({ length: 300 }, () => slots.take()!);
    expect(module.bytes.length).toBeGreaterThan(before);
    const addresses = taken.map(({ address }) => address).sort((a, b) => a - b);
    for (const [index, address] of addresses.entries()) {
      expect(address).toBeGreaterThanOrEqual(
        index === 0 ? module.run.slots.value : addresses[index - 1]! + slotBytes(),
      );
      expect(address + slotBytes()).toBeLessThanOrEqual(module.bytes.length);
    }
    expect(slots.inUse).toBe(300);
  });

  it('keep their content when memory is added', () => {
    const first = slots.take()!;
    bytesOf(first).fill(7);
    for (let count = 0; count < 300; count++) slots.take();
    expect(bytesOf(first).every((byte) => byte === 7)).toBe(true);
  });

  it('are erased when they are released, and given out again', () => {
    const slot = slots.take()!;
    const { address } = slot;
    bytesOf(slot).fill(7);
    slot.release();
    expect(slots.inUse).toBe(0);
    expect(module.bytes.subarray(address, address + slotBytes()).every((byte) => byte === 0)).toBe(true);
    expect(slots.take()!.address).toBe(address);
  });

  it('leave no lane of the last permutation when they are released', () => {
    const slot = slots.take()!;
    module.run.macBegin(slot.address, 500);
    const lane = Buffer.from(bytesOf(slot).subarray(DIGEST, DIGEST + 8));
    const places = (): number =>
      Buffer.from(module.bytes).toString('latin1').split(lane.toString('latin1')).length - 1;
    expect(places()).toBe(2);
    slot.release();
    expect(places()).toBe(0);
  });

  it('cannot be used after their release, nor released twice', () => {
    const slot = slots.take()!;
    slot.release();
    slot.release();
    expect(() => slot.address).toThrow('released');
    const [first, second] = [slots.take()!, slots.take()!];
    expect(first.address).not.toBe(second.address);
    expect(slots.inUse).toBe(2);
  });

  it('are bounded', () => {
    const taken = Array.from({ length: MAX_SLOTS }, () => slots.take());
    expect(taken).not.toContain(undefined);
    expect(slots.take()).toBeUndefined();
    taken[0]?.release();
    expect(slots.take()).toBeDefined();
  });

  it('end where the system has no more memory', () => {
    vi.spyOn(module, 'grow').mockImplementation(() => {
      throw new RangeError('no memory');
    });
    let count = 0;
    while (slots.take() !== undefined) count++;
    expect(count).toBe(Math.floor((module.bytes.length - module.run.slots.value) / slotBytes()));
    expect(slots.inUse).toBe(count);
  });

  it('come back from an owner that forgot them', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    (() => void bytesOf(slots.take()!).fill(7))();
    const address = module.run.slots.value;
    await eventually('the slot is free', async () => {
      collect();
      return slots.inUse === 0 ? true : undefined;
    });
    expect(module.bytes.subarray(address, address + slotBytes()).every((byte) => byte === 0)).toBe(true);
  });
});
