import { describe, expect, test } from 'vitest';
import { budgetOf, goalsOf, verdictOf } from '../../bench/goals.ts';
import type { Row } from '../../bench/rows.ts';

const row = (changes: Partial<Row>): Row => ({
  ...{
    name: 'frames',
    what: 'frames read',
    unit: 'frames/s',
    better: 'higher',
    ours: 90,
    peers: { geth: 100 },
  },
  ...changes,
});
const budget = { geth: 0.9 };

const verdicts = (of: Row): readonly string[] => goalsOf(of).map(verdictOf);

describe('goals of a figure', () => {
  test('a ratio is held at the goal, and missed by its share below it', () => {
    expect(verdicts(row({ budget }))).toEqual(['held']);
    expect(verdicts(row({ budget, ours: 45 }))).toEqual(['MISSED by 50%']);
    expect(verdicts(row({ budget, ours: 89.9 }))).toEqual(['MISSED by 0.1%']);
  });

  test('where less is better, the peer’s figure is divided by ours', () => {
    expect(verdicts(row({ budget, better: 'lower', ours: 200 }))).toEqual(['MISSED by 44%']);
    expect(verdicts(row({ budget, better: 'lower', ours: 110 }))).toEqual(['held']);
  });

  test('a limit is held at the limit', () => {
    expect(verdicts(row({ limit: 30, ours: 30 }))).toEqual(['held']);
    expect(verdicts(row({ limit: 30, ours: 40 }))).toEqual(['MISSED by 25%']);
  });

  test('a limit of 0 allows nothing above it', () => {
    expect(verdicts(row({ limit: 0, ours: 0 }))).toEqual(['held']);
    expect(verdicts(row({ limit: 0, ours: 0.1 }))).toEqual(['MISSED by 100%']);
  });

  test('a figure or a peer that was not measured holds no goal', () => {
    expect(verdicts(row({ budget, peers: {} }))).toEqual(['NOT MEASURED']);
    expect(verdicts(row({ limit: 30, ours: Number.NaN }))).toEqual(['NOT MEASURED']);
    expect(verdicts(row({ limit: 0, ours: Number.NaN }))).toEqual(['NOT MEASURED']);
  });
});

describe('the budget', () => {
  test('accepts a goal that is missed by 10% and refuses one that is missed by more', () => {
    expect(budgetOf([row({ budget: { geth: 1 }, ours: 90 })], []).isHeld).toBe(true);
    expect(budgetOf([row({ budget: { geth: 1 }, ours: 89.9 })], []).isHeld).toBe(false);
  });

  test('refuses what was not measured, and a run without goals', () => {
    expect(budgetOf([row({ budget, peers: {} })], []).isHeld).toBe(false);
    expect(budgetOf([row({ budget })], ['desktop']).isHeld).toBe(false);
    expect(budgetOf([row({})], []).isHeld).toBe(false);
  });

  test('prints the number of held goals and each one that is missed', () => {
    const rows = [
      row({ budget }),
      row({ name: 'slow', budget, ours: 45 }),
      row({ name: 'near', budget, ours: 85 }),
    ];
    expect(budgetOf(rows, ['desktop']).text.split('\n')).toEqual([
      '1 of 3 goals are held.',
      '  slow, geth 0.9: MISSED by 50%',
      '  near, geth 0.9: MISSED by 6%, within the tolerance',
      '  desktop: NOT MEASURED',
    ]);
  });
});
