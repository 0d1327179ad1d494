import { describe, expect, it } from 'vitest';
import { usePagedList } from '../../../../src-renderer/stores/paged-list.ts';

interface Asked {
  readonly after: string | null;
  readonly answer: (page: { readonly text: string; readonly next: string | null }) => void;
  readonly fail: (reason: Error) => void;
}

function makeList() {
  const asked: Asked[] = [];
  const taken: string[] = [];
  const list = usePagedList(
    (after) =>
      new Promise<{ readonly text: string; readonly next: string | null }>((answer, fail) => {
        asked.push({ after, answer, fail });
      }),
    (page, isFirst) => {
      if (isFirst) taken.length = 0;
      taken.push(page.text);
      return page.next;
    },
  );
  return { asked, taken, list };
}

describe('a paged list', () => {
  it('asks for the pages one after the other, until the last', async () => {
    const { asked, taken, list } = makeList();
    const first = list.load();
    await list.more();
    expect(asked.map(({ after }) => after)).toEqual([null]);
    asked[0]!.answer({ text: 'a', next: '1' });
    await first;
    const second = list.more();
    await list.more();
    expect(list.busy.value).toBe(true);
    asked[1]!.answer({ text: 'b', next: null });
    await second;
    await list.more();
    expect(asked.map(({ after }) => after)).toEqual([null, '1']);
    expect(taken).toEqual(['a', 'b']);
    expect(list.busy.value).toBe(false);
  });

  it('discards the reply to a request of an earlier list', async () => {
    const { asked, taken, list } = makeList();
    const old = list.load();
    const current = list.load();
    asked[1]!.answer({ text: 'new', next: null });
    await current;
    asked[0]!.answer({ text: 'old', next: '1' });
    await old;
    expect(taken).toEqual(['new']);
    await list.more();
    expect(asked).toHaveLength(2);
  });

  it('says why a request failed until the next reply, and keeps its entries', async () => {
    const { asked, taken, list } = makeList();
    const first = list.load();
    asked[0]!.answer({ text: 'a', next: '1' });
    await first;
    const failing = list.more();
    asked[1]!.fail(new Error('not connected'));
    await failing;
    expect(list.failure.value).toBe('not connected');
    expect(taken).toEqual(['a']);
    const again = list.more();
    expect(asked[2]!.after).toBe('1');
    asked[2]!.answer({ text: 'b', next: null });
    await again;
    expect(list.failure.value).toBeNull();
    expect(taken).toEqual(['a', 'b']);
  });

  it('loads all that is left, past a first page that is asked for again', async () => {
    const { asked, taken, list } = makeList();
    const first = list.load();
    const rest = list.rest(new AbortController().signal);
    asked[0]!.answer({ text: 'a', next: '1' });
    await first;
    await expect.poll(() => asked.length).toBe(2);
    const again = list.load();
    asked[1]!.answer({ text: 'old', next: '2' });
    asked[2]!.answer({ text: 'b', next: '3' });
    await again;
    await expect.poll(() => asked.length).toBe(4);
    asked[3]!.answer({ text: 'c', next: null });
    await rest;
    expect(asked.map(({ after }) => after)).toEqual([null, '1', null, '3']);
    expect(taken).toEqual(['b', 'c']);
  });

  it('loads no more of what is left after a failure, or when it is not wanted any more', async () => {
    const { asked, taken, list } = makeList();
    const first = list.load();
    asked[0]!.answer({ text: 'a', next: '1' });
    await first;
    const failing = list.rest(new AbortController().signal);
    await expect.poll(() => asked.length).toBe(2);
    asked[1]!.fail(new Error('not connected'));
    await failing;
    expect(list.failure.value).toBe('not connected');
    const unwanted = new AbortController();
    const rest = list.rest(unwanted.signal);
    await expect.poll(() => asked.length).toBe(3);
    unwanted.abort();
    asked[2]!.answer({ text: 'b', next: '2' });
    await rest;
    expect(asked).toHaveLength(3);
    expect(taken).toEqual(['a', 'b']);
  });
});
