import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src-main/base/errors.ts';
import { networkError } from '../../../src-main/base/socket-errors.ts';
import { placesOf, startAtFirstFree } from '../../../src-main/demo/places.ts';

const PLAN = { firstPort: 31_000, count: 40 };
const PLACES = placesOf('127.0.0.20', 5, PLAN);

describe('the places of a demo node', () => {
  it('are a port in each range, then any port of its address, then any port of the machine', () => {
    expect(PLACES.slice(0, 2)).toEqual([
      { ip: '127.0.0.20', port: 31_005 },
      { ip: '127.0.0.20', port: 31_045 },
    ]);
    expect(PLACES.slice(-2)).toEqual([
      { ip: '127.0.0.20', port: 0 },
      { ip: '127.0.0.1', port: 0 },
    ]);
  });

  it('are tried until one is free', async () => {
    const tried: number[] = [];
    const started = await startAtFirstFree(PLACES, async ({ port }) => {
      tried.push(port);
      if (tried.length < 3) throw networkError('address-in-use', 'bind');
      return port;
    });
    expect(started).toBe(31_085);
    expect(tried).toEqual([31_005, 31_045, 31_085]);
  });

  it('are not tried further after another failure; without a free one the last failure is reported', async () => {
    let tries = 0;
    const forbidden = startAtFirstFree(PLACES, async () => {
      tries += 1;
      throw networkError('permission-denied', 'bind');
    });
    await expect(forbidden).rejects.toMatchObject({ code: 'permission-denied' });
    expect(tries).toBe(1);
    const taken = startAtFirstFree(PLACES, async () => {
      throw new Error('no socket', { cause: networkError('address-not-available', 'bind') });
    });
    await expect(taken).rejects.toMatchObject({ cause: expect.any(NetworkError) as NetworkError });
  });
});
