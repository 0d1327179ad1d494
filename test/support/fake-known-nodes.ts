import type { KnownNodeControl } from '../../src-main/api/backend.ts';

/** Known nodes of a backend that knows none; keeps what it was asked. */
export class FakeKnownNodes implements KnownNodeControl {
  readonly queries: unknown[] = [];

  readonly page: KnownNodeControl['page'] = async (query) => {
    this.queries.push(query);
    return { nodes: [], next: null, matching: 0, total: 0 };
  };

  readonly export: KnownNodeControl['export'] = async (query) => {
    this.queries.push(query);
    return { text: '{}\n', fileName: 'nodes.json', count: 0, without: 0 };
  };
}
