import type { PastedNodeControl } from '../../src-main/api/backend.ts';

/** Texts with nodes of a backend that finds none, and adds everything. */
export class FakePastedNodes implements PastedNodeControl {
  readonly preview: PastedNodeControl['preview'] = async () => ({
    ...{ format: 'lines', nodes: [], more: 0, lists: null },
  });
  readonly add: PastedNodeControl['add'] = async (_list, additions) =>
    additions.map(() => ({ outcome: 'added', reason: null }));
}
