import type { TableSnapshot, V5Sessions } from '../../shared/model/table.ts';
import { SOME_ENODE } from './some-enode.ts';

/** A table with one node that was seen alive. */
export const SOME_TABLE: TableSnapshot = {
  buckets: [
    { distance: 256, entries: [], replacements: [] },
    {
      distance: 255,
      entries: [
        {
          id: 'aa'.repeat(32),
          ip: '192.0.2.9',
          udp: 30303,
          tcp: 30303,
          enode: SOME_ENODE,
          enr: null,
          seq: '0',
          addedToTable: 0,
          addedToBucket: 1_000,
          checks: 2,
          live: true,
          revalidation: 'fast',
          forkHash: null,
          fork: 'unknown',
          client: null,
        },
      ],
      replacements: [],
    },
  ],
  live: 1,
  entries: 1,
  replacements: 0,
  nextRefreshAt: null,
  nextRevalidationAt: null,
};

/** Sessions of discovery v5, none yet. */
export const SOME_SESSIONS: V5Sessions = {
  ...{ sessions: 0, maxSessions: 1_024, challenges: 0, requests: 0 },
  handshakes: 0,
  failedHandshakes: 0,
  talkProtocols: [],
};
