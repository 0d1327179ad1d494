import { describe, expect, test } from 'vitest';
import type { Application } from '../../../src-main/compose/application.ts';
import { filterNodeSet, NO_FILTER } from '../../../src-main/crawl/filter.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

const start = (folder: string, ...flags: string[]): Promise<Application> =>
  applications.start(folder, '--hoodi', '--nodiscover', ...flags);

describe('our ENR', () => {
  test.each([
    ['has a snap entry when snap is offered, and the crawl filter finds it', ['--snap'], true],
    ['has no snap entry otherwise', [], false],
  ])('%s', async (_, flags, isFound) => {
    const { backend } = await start('ours', ...flags);
    const node = parseNode(backend.status().identity.enr);
    const crawled = { node, score: 1, firstResponse: 0, lastResponse: 0, lastCheck: 0 };
    const set = new Map([[node.idHex, crawled as never]]);
    expect(filterNodeSet(set, { ...NO_FILTER, snap: true }).size).toBe(isFound ? 1 : 0);
    expect(node.record?.get('snap')).toEqual(isFound ? Uint8Array.of(0xc0) : undefined);
  });
});

test('the enode URL of an inbound peer has no UDP port, because it is unknown', async () => {
  const ours = await start('ours');
  await start('theirs', '--staticnodes', ours.backend.status().identity.enode);
  const [peer] = await eventually('a peer', () =>
    Promise.resolve(ours.backend.peers().length === 1 ? ours.backend.peers() : undefined),
  );
  const { enode, row } = ours.backend.peerDetail(peer!.id)!;
  expect(row.direction).toBe('inbound');
  expect(enode).toMatch(/@127\.0\.0\.1:\d+$/);
});
