import { expect, test } from 'vitest';
import type { SessionChange } from '../../../shared/model/session.ts';
import {
  openSessionHistory,
  SessionController,
  type RecordedHistory,
} from '../../../src-main/app/session-history-control.ts';
import { EventBus } from '../../../src-main/events/event-bus.ts';
import { PastOutcomes } from '../../../src-main/stats/outcomes.ts';
import { databaseOfTest } from '../../support/database-of-test.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const ID = 'ab'.repeat(32);
const ALL = { before: null, limit: 10, text: '', node: null } as const;

const db = databaseOfTest();
const clock = new VirtualClock();
const labels = new Map<string, string>();

async function openHistory(): Promise<RecordedHistory & { events: EventBus }> {
  const events = new EventBus(clock, silentLogger);
  const history = await openSessionHistory({
    ...{ database: db.current, clock, events, logger: silentLogger },
    reputation: { score: () => -4_096 },
    lists: { labelOf: (id) => labels.get(id) ?? null },
    statistics: { outcomes: new PastOutcomes(), recallClient: () => undefined },
  });
  return { ...history, events };
}

test('a past session keeps the name of its node, also when the node has left the list and after a restart', async () => {
  labels.set(ID, 'archive-2');
  const before = await openHistory();
  before.events.emit({
    ...{ type: 'peer/dropped', idHex: ID, name: 'Geth/v1.15.0', direction: 'outbound', kind: 'static' },
    ...{ ip: '192.0.2.1', port: 30_303, ageMs: 1_000, capabilities: ['eth/69'], bytesIn: 1, bytesOut: 2 },
    cause: {
      code: 'too-many-peers',
      params: {},
      by: 'remote',
      stage: 'running',
      disconnectReason: undefined,
    },
  });
  await before.close();
  labels.clear();

  const after = await openHistory();
  const { records } = await after.sessions.page(ALL);
  expect(records).toMatchObject([
    { nodeId: ID, label: 'archive-2', kind: 'static', code: 'too-many-peers', reputation: -4_096 },
  ]);
  expect((await after.sessions.page({ ...ALL, text: 'archive' })).records).toHaveLength(1);
  await after.close();
});

test('a listener gets each session that starts and ends, with the key of the history, until it leaves', async () => {
  labels.set(ID, 'archive-2');
  const history = await openHistory();
  const controller = new SessionController(clock, history);
  const changes: SessionChange[] = [];
  const leave = controller.onChange((change) => changes.push(change));
  const peer = { idHex: ID, name: 'Geth/v1\u0007', direction: 'inbound', ip: '192.0.2.1', port: 5 } as const;
  const drop = (): void => {
    history.events.emit({
      ...{ type: 'peer/dropped', ...peer, kind: 'dynamic', ageMs: 1_000, capabilities: ['eth/69'] },
      ...{ bytesIn: 1, bytesOut: 2 },
      cause: {
        ...{ code: 'too-many-peers', params: {}, by: 'local', stage: 'hello' },
        disconnectReason: 'too many peers',
      },
    });
  };
  history.events.emit({ type: 'peer/added', ...peer });
  drop();
  const node = { nodeId: ID, label: 'archive-2', ip: '192.0.2.1', port: 5, direction: 'inbound' };
  expect(changes).toEqual([
    { type: 'started', session: { ...node, name: expect.any(String) as string, startedAt: clock.now() } },
    { type: 'ended', session: expect.objectContaining({ ...node, endedAt: clock.now() }) as unknown },
  ]);
  expect(JSON.stringify(changes)).not.toContain('\\u0007');
  const { records } = await controller.page({ ...ALL, node: ID });
  expect(changes[1]?.session).toEqual(records[0]);
  leave();
  drop();
  expect(changes).toHaveLength(2);
  await history.close();
});

test('the end of a session has the same start as its beginning', async () => {
  const history = await openHistory();
  const changes: SessionChange[] = [];
  history.follow((change) => changes.push(change));
  const peer = { idHex: ID, name: 'Geth', direction: 'inbound', ip: '192.0.2.1', port: 5 } as const;
  const cause = { code: 'too-many-peers', params: {}, by: 'local', stage: 'hello' } as const;
  for (const ageMs of [5_003.7, 9_000]) {
    history.events.emit({ type: 'peer/added', ...peer });
    await clock.advance(5_000);
    history.events.emit({
      ...{ type: 'peer/dropped', ...peer, kind: 'dynamic', ageMs, capabilities: [], bytesIn: 1, bytesOut: 2 },
      cause: { ...cause, disconnectReason: undefined },
    });
  }
  const starts = changes.map(({ session }) => session.startedAt);
  expect(starts).toEqual([starts[0], starts[0], starts[2], starts[2]]);
  expect(starts[2]).toBe((starts[0] ?? 0) + 5_000);
  await history.close();
});
