import { describe, expect, it } from 'vitest';
import type { NodeListName } from '../../../../shared/model/node-list.ts';
import type { NodeAddition, NodePreview, PreviewNode } from '../../../../shared/model/node-preview.ts';
import { useNodePreview } from '../../../../src-renderer/composables/use-node-preview.ts';

const row = (at: number, state: PreviewNode['state'] = 'new'): PreviewNode => ({
  ...{ at, line: at + 1, column: null, text: `node ${String(at)}`, wrongAt: null, label: null, id: null },
  ...{ host: null, tcp: 0, udp: 0, state, reason: null, sameAs: null, lists: [], record: null },
});
const previewOf = (...nodes: PreviewNode[]): NodePreview => ({
  format: 'lines',
  nodes,
  more: 0,
  lists: null,
});

/** The dialog's state over answers that a test gives. */
function open(read: (list: NodeListName, text: string) => Promise<NodePreview>) {
  const added: { list: NodeListName; nodes: readonly NodeAddition[] }[] = [];
  const state = useNodePreview({
    read,
    add: async (list, nodes) => {
      added.push({ list, nodes });
      return nodes.map(() => ({ outcome: 'added', reason: null }));
    },
  });
  return { state, added };
}

describe('a preview of nodes', () => {
  it('has the new nodes chosen, and adds those that stay chosen', async () => {
    const { state, added } = open(async () => previewOf(row(0), row(1), row(2, 'listed'), row(3, 'newer')));
    await state.load('text', true);
    expect(state.picked.value.map(({ at }) => at)).toEqual([0, 1, 3]);
    state.pick([row(0), row(1)], false);
    state.pick([row(1)], true);
    state.pick([row(2, 'listed')], true);
    await state.apply();
    expect(added).toEqual([
      {
        list: 'static',
        nodes: [
          { text: 'node 1', label: null },
          { text: 'node 3', label: null },
        ],
      },
    ]);
    expect([...(state.results.value ?? [])].map(([at]) => at)).toEqual([1, 3]);
  });

  it('chooses a list that the file has, when it may', async () => {
    const asked: NodeListName[] = [];
    const { state } = open(async (list) => {
      asked.push(list);
      return { ...previewOf(), lists: { bootnodes: 3, static: 0, trusted: 2 } };
    });
    await state.load('text', false);
    expect([asked, state.list.value]).toEqual([['static'], 'static']);
    await state.load('text', true);
    expect([asked, state.list.value]).toEqual([['static', 'static', 'trusted'], 'trusted']);
  });

  it('drops the answer of an earlier text, and one that comes after it was closed', async () => {
    const answers: ((preview: NodePreview) => void)[] = [];
    const { state } = open(() => new Promise((resolve) => answers.push(resolve)));
    const first = state.load('first', false);
    const second = state.load('second', false);
    answers[1]?.(previewOf(row(2)));
    await second;
    answers[0]?.(previewOf(row(1)));
    await first;
    expect(state.preview.value?.nodes).toEqual([row(2)]);
    const third = state.load('third', false);
    state.clear();
    answers[2]?.(previewOf(row(3)));
    await third;
    expect([state.preview.value, state.busy.value]).toEqual([null, false]);
  });

  it('says why a text was not read', async () => {
    const { state } = open(() => Promise.reject(new Error('The text is too large.')));
    await state.load('text', false);
    expect([state.failure.value, state.busy.value]).toEqual(['The text is too large.', false]);
  });
});
