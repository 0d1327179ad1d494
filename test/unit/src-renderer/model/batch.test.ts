import { describe, expect, it } from 'vitest';
import { batchRefusal, runBatch } from '../../../../src-renderer/model/batch.ts';

const items = Array.from({ length: 20 }, (_, at) => ({ key: `k${at}`, name: `Node ${at}` }));

describe('an action on many', () => {
  it('goes on after a failure, and names what was not done and why, in the order of the rows', async () => {
    const outcome = await runBatch(
      items,
      async (key) => {
        if (key === 'k17' || key === 'k3') throw new Error(`${key} refused`);
        await Promise.resolve();
      },
      () => true,
    );
    expect(outcome.done).toHaveLength(18);
    expect(outcome.failed).toEqual([
      { name: 'Node 3', reason: 'k3 refused' },
      { name: 'Node 17', reason: 'k17 refused' },
    ]);
    expect(outcome.left).toBe(0);
  });

  it('asks for a few at a time', async () => {
    let open = 0;
    let most = 0;
    await runBatch(
      items,
      async () => {
        most = Math.max(most, ++open);
        await Promise.resolve();
        open -= 1;
      },
      () => true,
    );
    expect(most).toBe(4);
  });

  it('begins nothing more once it is stopped', async () => {
    const begun: string[] = [];
    const outcome = await runBatch(
      items,
      async (key) => {
        begun.push(key);
        await Promise.resolve();
      },
      (ended) => ended < 2,
    );
    expect(begun.length).toBeLessThan(8);
    expect(outcome.done.length + outcome.left).toBe(items.length);
  });

  it('is refused with more requests than a batch has', () => {
    const t = (key: string, named: Readonly<Record<string, unknown>> = {}): string =>
      `${key} ${String(named['max'])}`;
    expect(batchRefusal(500, t)).toBeNull();
    expect(batchRefusal(501, t)).toBe('batch.tooMany 500');
  });
});
