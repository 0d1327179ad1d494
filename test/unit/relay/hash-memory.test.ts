import { describe, expect, it } from 'vitest';
import { HashMemory } from '../../../src-main/relay/hash-memory.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('a memory of hashes', () => {
  it('forgets what is older than its time', async () => {
    const clock = new VirtualClock();
    const memory = new HashMemory<string>(clock, 10, 1_000);
    memory.set('a', 'nonce too low');
    await clock.advance(999);
    memory.set('b', 'underpriced');
    expect(memory.get('a')).toBe('nonce too low');
    await clock.advance(1);
    expect(memory.get('a')).toBeUndefined();
    expect(memory.values()).toEqual(['underpriced']);
    memory.delete('b');
    expect(memory.get('b')).toBeUndefined();
  });

  it('has room for its capacity', () => {
    const memory = new HashMemory<number>(new VirtualClock(), 10, 1_000);
    for (let at = 0; at < 100; at++) memory.set(String(at), at);
    expect(memory.values()).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
  });
});
