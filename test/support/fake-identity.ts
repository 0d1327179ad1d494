import type { IdentityDetails, KeyCandidate, KeySource } from '../../shared/model/identity.ts';
import type { IdentityControl } from '../../src-main/api/backend.ts';

/** A key in a file, without copies. */
const SOME_KEY: IdentityDetails = {
  nodeId: 'bb'.repeat(32),
  file: '/nowhere/nodekey',
  storage: 'file',
  storedAt: 1_000,
  nextId: null,
  configuredFile: null,
  copies: [],
  olderCopies: 0,
  problem: null,
  access: 'desktop',
};

/** A node key that accepts every request and changes nothing. */
export class FakeIdentity implements IdentityControl {
  async details(): Promise<IdentityDetails> {
    return SOME_KEY;
  }

  async export(): Promise<{ readonly text: string; readonly fileName: string }> {
    return { text: '{}', fileName: 'nodekey.json' };
  }

  async prepare({ kind }: { readonly kind: KeySource }): Promise<KeyCandidate> {
    return { id: '00'.repeat(16), source: kind, fileName: null, nodeId: 'cc'.repeat(32) };
  }

  async unlock(id: string): Promise<KeyCandidate> {
    return { id, source: 'keystore', fileName: 'key.json', nodeId: 'cc'.repeat(32) };
  }

  async apply(): Promise<IdentityDetails> {
    return SOME_KEY;
  }

  discard(): void {
    // Nothing is held.
  }
}
