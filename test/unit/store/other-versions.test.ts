import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outcomeText } from '../../../shared/causes/outcomes.ts';
import { banReason, recordedSentence } from '../../../shared/causes/sentences.ts';
import { sessionTone } from '../../../src-renderer/model/session-list.ts';
import { openSessionHistory } from '../../../src-main/app/session-history-control.ts';
import { EventBus } from '../../../src-main/events/event-bus.ts';
import { PastOutcomes } from '../../../src-main/stats/outcomes.ts';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { Database } from '../../../src-main/store/database.ts';
import { sessionKey } from '../../../src-main/store/keys.ts';
import { sessionsToCsv, sessionsToJson } from '../../../src-main/store/session-export.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const ID = 'ab'.repeat(32);
const TARGET = { kind: 'node', value: ID } as const;

/** A session as an earlier version stored it: a code and its sentence, no params, no stage. */
const earlier = (code: string, message: string, endedAt: number) => ({
  nodeId: ID,
  name: 'Geth/v1.15.0',
  ip: '192.0.2.1',
  port: 30_303,
  direction: 'outbound',
  kind: 'dynamic',
  capabilities: ['eth/68'],
  startedAt: endedAt - 1_000,
  endedAt,
  code,
  message,
  by: 'remote',
  disconnectReason: 'too many peers',
  bytesIn: 1,
  bytesOut: 2,
  reputation: 0,
});

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let database: Database;
let clock: VirtualClock;
let outcomes: PastOutcomes;
const clients = new Map<string, string>();

async function openWith(...sessions: readonly (Record<string, unknown> & { endedAt: number })[]) {
  await database.write(
    sessions.map((session, at) => ({
      level: 'sessions' as const,
      key: sessionKey(session.endedAt, ID, at),
      value: JSON.stringify(session),
    })),
  );
  return await openSessionHistory({
    database,
    clock,
    events: new EventBus(clock, silentLogger),
    logger: silentLogger,
    reputation: { score: () => 0 },
    lists: { labelOf: () => null },
    statistics: { outcomes, recallClient: (id, name) => clients.set(id, name) },
  });
}

beforeEach(async () => {
  folder = await temporaryFolder();
  clock = new VirtualClock();
  outcomes = new PastOutcomes();
  database = await Database.open(join(folder.path, 'db'));
});

afterEach(async () => {
  await database.close();
  await folder.remove();
});

describe('a session that an earlier version stored', () => {
  it('has the sentence that was stored with it, in the list, in a search, in an export and as an outcome', async () => {
    const now = clock.now();
    const { sessions, close } = await openWith(
      earlier('too-many-peers', 'The peer has no room: too many peers', now - 2),
      earlier('code-that-was-renamed', 'It hung up in the middle', now - 1),
    );
    const all = { before: null, limit: 10, text: '', node: null };
    const { records } = await sessions.page(all);
    expect(records.map(recordedSentence)).toEqual([
      'It hung up in the middle',
      'The peer has no room: too many peers',
    ]);
    expect(records.map(({ code }) => code)).toEqual(['code-that-was-renamed', 'too-many-peers']);
    for (const { code } of records) expect(sessionTone(code)).toBe('var(--line-strong)');
    expect((await sessions.page({ ...all, text: 'hung up' })).records).toHaveLength(1);
    expect(clients.get(ID)).toBe('Geth/v1.15.0');
    expect(outcomes.of(ID).map(outcomeText)).toEqual(records.map(recordedSentence));
    expect(await sessionsToCsv(sessions.all())).toContain('It hung up in the middle');
    expect(JSON.parse(await sessionsToJson(sessions.all()))).toMatchObject([
      { message: 'It hung up in the middle' },
      { message: 'The peer has no room: too many peers' },
    ]);
    await close();
  });
});

describe('a session of this version', () => {
  it('is found by the words of its sentence, which is not stored', async () => {
    const { message: _, ...stored } = earlier('closed-by-remote', '', clock.now() - 1);
    const { sessions, close } = await openWith({ ...stored, params: {}, stage: 'running' });
    const page = (text: string) => sessions.page({ before: null, limit: 10, text, node: null });
    for (const text of ['without a disconnect', 'remote side closed', 'closed-by-remote']) {
      expect((await page(text)).records, text).toHaveLength(1);
    }
    expect((await page('too many')).records).toHaveLength(1);
    expect((await page('genesis')).records).toHaveLength(0);
    await close();
  });
});

describe('a session of a later version', () => {
  it('is shown with words made of its code, whatever else was stored', async () => {
    const { message: _, ...stored } = earlier('quite-new-code', '', clock.now() - 1);
    const { sessions, close } = await openWith({
      ...stored,
      params: { ours: '1' },
      stage: 'quite-new-stage',
      extra: [1],
    });
    const { records } = await sessions.page({ before: null, limit: 10, text: '', node: null });
    expect(records).toMatchObject([{ code: 'quite-new-code', stage: null, message: null }]);
    expect(records.map(recordedSentence)).toEqual(['Quite new code']);
    expect(outcomes.of(ID).map(outcomeText)).toEqual(['Quite new code']);
    await close();
  });
});

describe('a ban of another version', () => {
  const ban = { target: TARGET, reason: '', by: 'score', createdAt: 1, until: null, name: null };

  async function loaded(value: object) {
    await database.write([{ level: 'bans', key: `node:${ID}`, value: JSON.stringify(value) }]);
    return await new BanDatabase(database, silentLogger).load();
  }

  it('that is earlier has its reason as it was stored', async () => {
    const bans = await loaded({ ...ban, reason: 'Sent a malformed message: bad RLP' });
    expect(bans).toMatchObject([{ id: `node:${ID}`, by: 'score', offence: null }]);
    expect(bans.map(banReason)).toEqual(['Sent a malformed message: bad RLP']);
  });

  it('that is of this one has the words of the catalogue', async () => {
    const bans = await loaded({ ...ban, offence: 'bad-message', reason: 'bad RLP' });
    expect(bans.map(banReason)).toEqual(['Bad message: bad RLP']);
  });

  it('that is later keeps its detail', async () => {
    const bans = await loaded({ ...ban, offence: 'quite-new', reason: 'detail', extra: 1 });
    expect(bans.map(banReason)).toEqual(['detail']);
  });
});
