import { describe, expect, it } from 'vitest';
import { stepFactText } from '../../../../shared/causes/step-facts.ts';
import type { StepFact } from '../../../../shared/model/why.ts';

describe('the phrase of what was observed at a step', () => {
  it.each<[StepFact, string]>([
    [{ code: 'named-by', params: { id: `9c4e${'0'.repeat(56)}17fa` } }, 'Neighbors of 9c4e…17fa'],
    [{ code: 'sources', params: { sources: ['dns', 'inbound'] } }, 'DNS list, inbound connection'],
    [{ code: 'answered-from', params: { ip: '192.0.2.1' } }, 'answered from 192.0.2.1'],
    [{ code: 'record', params: { seq: '42' } }, 'sequence number 42'],
    [{ code: 'fork-id', params: { hash: '07c9462e', verdict: 'stale' } }, 'fork 07c9462e, out of date'],
    [{ code: 'address', params: { address: '192.0.2.1:30303' } }, '192.0.2.1:30303'],
    [{ code: 'direction', params: { direction: 'inbound' } }, 'inbound'],
    [{ code: 'client', params: { name: 'Geth/v1' } }, 'Geth/v1'],
    [{ code: 'status', params: { status: 'eth/69 · fork 07c9462e' } }, 'eth/69 · fork 07c9462e'],
    [{ code: 'cause', params: { cause: 'silent' } }, 'No Pong'],
    [
      {
        code: 'end',
        params: { code: 'too-many-peers', params: { count: 5, limit: 5 }, by: 'local', stage: 'hello' },
      },
      'All our peer slots are taken: 5 of 5',
    ],
  ])('%j', (fact, text) => {
    expect(stepFactText(fact)).toBe(text);
  });

  it('is empty for a code of a later version, and a title for its cause', () => {
    expect(stepFactText({ code: 'quite-new', params: {} } as unknown as StepFact)).toBe('');
    expect(stepFactText({ code: 'cause', params: { cause: 'quite-new' } } as unknown as StepFact)).toBe(
      'Quite new',
    );
  });
});
