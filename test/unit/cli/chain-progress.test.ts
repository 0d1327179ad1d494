import { describe, expect, test } from 'vitest';
import { ChainProgress } from '../../../src-main/cli/chain-progress.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const at = (blocks: number, fraction: number) => ({
  file: 'a.ere',
  block: BigInt(blocks - 1),
  blocks,
  fraction,
});

describe('the progress of an import', () => {
  test('is a bar in a terminal, redrawn at most ten times a second and removed at the end', async () => {
    const clock = new VirtualClock();
    const drawn: string[] = [];
    const terminal = { columns: 80, replace: (text: string) => void drawn.push(text) };
    const progress = new ChainProgress('Importing', { say: () => expect.unreachable(), terminal }, clock);
    progress.update(at(1, 0.1));
    await clock.advance(100);
    progress.update(at(3_000, 0.25));
    progress.update(at(3_001, 0.25));
    await clock.advance(900);
    progress.update(at(20_000, 0.5));
    progress.end();
    expect(drawn).toEqual([
      '[######..................] 25% block 2,999',
      '[############............] 50% block 19,999, 20,000 blocks/s, 1.0 s left',
      '',
    ]);
  });

  test('is never wider than the terminal', async () => {
    const clock = new VirtualClock();
    const drawn: string[] = [];
    const terminal = { columns: 20, replace: (text: string) => void drawn.push(text) };
    const progress = new ChainProgress('Importing', { say: () => undefined, terminal }, clock);
    await clock.advance(100);
    progress.update(at(3_000, 0.25));
    expect(drawn).toEqual(['[######............']);
  });

  test('is a line every 8 seconds elsewhere', async () => {
    const clock = new VirtualClock();
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const progress = new ChainProgress('Verifying', { say, terminal: undefined }, clock);
    for (let second = 1; second <= 17; second++) {
      await clock.advance(1_000);
      progress.update(at(second * 10_000, second / 20));
    }
    progress.end();
    expect(lines).toEqual([
      'Verifying a.ere: 40%, block 79,999, 10,000 blocks/s, 12 s left',
      'Verifying a.ere: 80%, block 159,999, 10,000 blocks/s, 4.0 s left',
    ]);
  });
});
