import { describe, expect, it } from 'vitest';
import type { NodeEntryState, NodeListEntry } from '../../../../shared/model/node-list.ts';
import type { Translate } from '../../../../src-renderer/composables/use-messages.ts';
import { stateTitle } from '../../../../src-renderer/model/entry-title.ts';
import { formatExact } from '../../../../src-renderer/model/format.ts';
import { keyWords } from '../../../support/key-words.ts';

const NOW = 1_800_000_000_000;
const words = keyWords as Translate;
const REFUSED: NodeListEntry['lastEnd'] = {
  ...{ at: NOW, code: 'connection-refused', params: {}, by: 'local', stage: 'connect' },
  message: null,
};

const entry = (state: Partial<NodeEntryState>, lastEnd: NodeListEntry['lastEnd'] = null): NodeListEntry => ({
  ...{
    id: 'ab',
    text: '',
    label: null,
    addedAt: 0,
    source: 'user',
    host: null,
    tcp: 0,
    udp: 0,
    client: null,
  },
  ...{ lastEnd, state: { state: 'waiting', message: null, nextTryAt: null, action: null, ...state } },
});

describe('the tooltip of the state of a listed node', () => {
  it('has all that the cell may cut: the cause, and when it is dialled again', () => {
    const title = stateTitle(entry({ message: 'too many peers', nextTryAt: NOW }), null, words);
    expect(title).toBe(`too many peers\nnodes.nextTryAt ${formatExact(NOW)}`);
  });

  it('has the last error, but not the same words twice', () => {
    expect(stateTitle(entry({ message: 'too many peers' }, REFUSED), null, words)).toBe(
      'too many peers\nConnection refused',
    );
    expect(stateTitle(entry({ message: 'connection refused' }, REFUSED), null, words)).toBe(
      'connection refused',
    );
  });

  it('has the answer to a dial in place of the cause, as the cell', () => {
    expect(stateTitle(entry({ message: 'too many peers' }), 'No session: banned', words)).toBe(
      'No session: banned',
    );
  });

  it('is none for a peer', () => {
    expect(stateTitle(entry({ state: 'connected' }), null, words)).toBeUndefined();
  });
});
