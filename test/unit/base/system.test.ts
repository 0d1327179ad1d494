import { describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';

describe('The system clock', () => {
  it('returns the time, and runs actions after a delay unless they are cancelled', async () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
    const before = systemClock.monotonic();
    const cancelled = systemClock.after(1, () => {
      throw new Error('was cancelled');
    });
    cancelled.cancel();
    cancelled.cancel();
    await new Promise<void>((resolve) => {
      systemClock.after(5, resolve);
    });
    expect(systemClock.monotonic() - before).toBeGreaterThan(3);
  });

  it('does not fire immediately when the delay exceeds the maximum of setTimeout', async () => {
    let fired = false;
    const timer = systemClock.after(2 ** 33, () => (fired = true));
    await new Promise<void>((resolve) => {
      systemClock.after(5, resolve);
    });
    timer.cancel();
    expect(fired).toBe(false);
  });
});

describe('The system randomness', () => {
  it('returns the requested number of bytes, different each time, and integers below the bound', () => {
    expect(systemRandom.bytes(0)).toHaveLength(0);
    expect(systemRandom.bytes(32)).toHaveLength(32);
    expect(systemRandom.bytes(32)).not.toEqual(systemRandom.bytes(32));
    for (let draw = 0; draw < 100; draw++) expect(systemRandom.below(3)).toBeLessThan(3);
  });
});
