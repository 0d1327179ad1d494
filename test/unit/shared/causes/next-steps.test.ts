import { describe, expect, it } from 'vitest';
import { nextStepText } from '../../../../shared/causes/next-steps.ts';
import type { NextStep } from '../../../../shared/model/why.ts';

const NOW = 1_800_000_000_000;

describe('the phrase of what happens next', () => {
  it('is a phrase without a final stop, for each code', () => {
    const plain = [
      ...(['connected', 'connecting', 'dialling', 'own-node', 'inbound-again', 'found-again'] as const),
      ...(['when-running', 'in-queue', 'none'] as const),
    ].map((code): NextStep => ({ code, params: {} }));
    const others: readonly NextStep[] = [
      { code: 'next-try', params: { at: NOW + 60_000 } },
      { code: 'next-try', params: { at: NOW - 1 } },
      { code: 'refused', params: { cause: 'already-dialing' } },
      { code: 'advice', params: { cause: 'banned' } },
      { code: 'expected', params: { cause: 'silent' } },
      { code: 'hint', params: { cause: 'no-shared-version', facts: { versions: 'eth/66' } } },
    ];
    const texts = [...plain, ...others].map((step) => nextStepText(step, NOW));
    for (const text of texts) expect(text).toMatch(/^[A-Z][^!]*[^.!]$/);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('has the duration, the cause and the facts', () => {
    expect(nextStepText({ code: 'next-try', params: { at: NOW + 7 * 60_000 } }, NOW)).toBe(
      'Next attempt in 7 min',
    );
    expect(nextStepText({ code: 'refused', params: { cause: 'already-dialing' } }, NOW)).toBe(
      'Not dialled: dial in progress',
    );
    const hint = { cause: 'no-shared-version', facts: { versions: 'eth/66' } } as const;
    expect(nextStepText({ code: 'hint', params: hint }, NOW)).toBe('It supports eth/66');
  });

  it('is empty for a code of a later version', () => {
    expect(nextStepText({ code: 'quite-new', params: {} } as unknown as NextStep, NOW)).toBe('');
    const params = { cause: 'quite-new' };
    expect(nextStepText({ code: 'advice', params } as unknown as NextStep, NOW)).toBe('');
    expect(nextStepText({ code: 'refused', params } as unknown as NextStep, NOW)).toBe(
      'Not dialled: quite new',
    );
  });
});
