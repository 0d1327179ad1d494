import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionPage, SessionRecord } from '../../../../shared/model/session.ts';
import { request } from '../../../../src-renderer/api.ts';
import { SESSIONS_PER_PAGE, useSessionsStore } from '../../../../src-renderer/stores/sessions.ts';

vi.mock('../../../../src-renderer/api.ts', () => ({ request: vi.fn() }));

const KEPT_BY_THE_NODE = 12_345;
const page = (count: number, next: string | null): SessionPage => ({
  records: Array.from({ length: count }, () => ({}) as SessionRecord),
  next,
  total: KEPT_BY_THE_NODE,
});
const answer = (...pages: readonly SessionPage[]): void => {
  const left = [...pages];
  vi.mocked(request as () => Promise<unknown>).mockImplementation(() => Promise.resolve(left.shift()));
};

beforeEach(() => setActivePinia(createPinia()));

describe('the number of past sessions that the window can show', () => {
  it('is at most what it keeps of those of the node', async () => {
    const store = useSessionsStore();
    answer(page(SESSIONS_PER_PAGE, 'a'), page(9_800, 'b'));
    await store.load('');
    expect(store.showable).toBe(10_000);
    await store.rest(new AbortController().signal);
    expect(store.records).toHaveLength(10_000);
    expect(store.showable).toBe(10_000);
  });

  it('is not known with a filter until all that match are loaded', async () => {
    const store = useSessionsStore();
    answer(page(SESSIONS_PER_PAGE, 'a'), page(3, null));
    await store.load('geth');
    expect(store.showable).toBe(-1);
    await store.rest(new AbortController().signal);
    expect(store.showable).toBe(SESSIONS_PER_PAGE + 3);
  });
});
