import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { NodeListEntry, NodeLists } from '../../../../shared/model/node-list.ts';
import { request } from '../../../../src-renderer/api.ts';
import { createTopicFeed } from '../../../../src-renderer/composables/topic-feed.ts';
import { useNodesStore } from '../../../../src-renderer/stores/nodes.ts';

vi.mock('../../../../src-renderer/api.ts', () => ({ request: vi.fn() }));
// It watches the document.
vi.mock('../../../../src-renderer/composables/topic-feed.ts', () => ({ createTopicFeed: vi.fn() }));

const entry = (id: string): NodeListEntry => ({
  ...{ id, text: '', label: null, addedAt: 0, source: 'user', host: null, tcp: 0, udp: 0, client: null },
  ...{ lastEnd: null, state: { state: 'idle', message: null, nextTryAt: null, action: null } },
});
const listsOf = (...ids: readonly string[]): NodeLists => ({
  ...{ bootnodes: [], static: ids.map(entry), trusted: [] },
});
const shown = (): string => (useNodesStore().lists?.static ?? []).map(({ id }) => id).join(' ');

type Apply = Parameters<typeof createTopicFeed<'nodes'>>[2];
/** Gives pushes of the topic to the store. */
const push: Apply = (pushes) => (vi.mocked(createTopicFeed<'nodes'>).mock.lastCall?.[2] as Apply)(pushes);

let refuse: (reason: Error) => void;
beforeEach(() => {
  setActivePinia(createPinia());
  vi.mocked(request as () => Promise<unknown>).mockImplementation(
    () => new Promise((_resolve, reject) => (refuse = reject)),
  );
});

describe('an entry that is moved', () => {
  it('is at its new place at once, and back when the node refuses', async () => {
    const store = useNodesStore();
    store.lists = listsOf('a', 'b', 'c');
    const move = store.move('static', 'c', 'a');
    expect(shown()).toBe('c a b');
    refuse(new Error('The file cannot be written.'));
    await expect(move).rejects.toThrow('cannot be written');
    expect(shown()).toBe('a b c');
  });

  it('leaves lists that came before the refusal as they are', async () => {
    const store = useNodesStore();
    store.lists = listsOf('a', 'b', 'c');
    const move = store.move('static', 'c', 'a');
    store.lists = listsOf('a', 'b', 'c', 'd');
    refuse(new Error('The file cannot be written.'));
    await expect(move).rejects.toThrow();
    expect(shown()).toBe('a b c d');
  });

  it('leaves the order on which the deltas of the node build', async () => {
    const store = useNodesStore();
    push([{ kind: 'snapshot', data: listsOf('a', 'b', 'c') }]);
    const move = store.move('static', 'c', 'a');
    const kept = [
      { from: 0, count: 1 },
      { from: 2, count: 1 },
    ];
    push([{ kind: 'delta', data: { static: { placed: [{ at: 2, row: entry('d') }], kept } } }]);
    expect(shown()).toBe('a c d');
    refuse(new Error('The file cannot be written.'));
    await expect(move).rejects.toThrow();
    expect(shown()).toBe('a c d');
  });
});
