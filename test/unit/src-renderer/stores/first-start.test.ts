import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { request } from '../../../../src-renderer/api.ts';
import { useFirstStartStore } from '../../../../src-renderer/stores/first-start.ts';

vi.mock('../../../../src-renderer/api.ts', () => ({ request: vi.fn() }));

const answer = vi.mocked(request as (name: string, params: object) => Promise<unknown>);
const requested = (): unknown[] => answer.mock.calls.map(([name]) => name);

beforeEach(() => {
  setActivePinia(createPinia());
  answer.mockReset().mockResolvedValue({ restarts: false });
});

describe('the answer at the first start', () => {
  it('starts the node on the network of this run', async () => {
    const store = useFirstStartStore();
    await store.choose('mainnet', 30_304);
    expect(answer.mock.calls).toEqual([
      ['firstStart.choose', { network: 'mainnet', port: 30_304 }],
      ['node.start', {}],
    ]);
    expect(store.answered).toBe(true);
  });

  it('leaves the start to the restart for another network', async () => {
    answer.mockResolvedValue({ restarts: true });
    await useFirstStartStore().choose('sepolia', 30_303);
    expect(requested()).toEqual(['firstStart.choose']);
  });

  it('is no answer when it cannot be saved', async () => {
    answer.mockRejectedValue(new Error('disk full'));
    const store = useFirstStartStore();
    await expect(store.choose('mainnet', 30_303)).rejects.toThrow('disk full');
    await expect(store.skip()).rejects.toThrow('disk full');
    expect(store.answered).toBe(false);
  });

  it('starts no node when it is skipped', async () => {
    const store = useFirstStartStore();
    await store.skip();
    expect(requested()).toEqual(['firstStart.skip']);
    expect(store.answered).toBe(true);
  });
});
