import { describe, expect, test } from 'vitest';
import type { ExportedNodes, KnownFilter, KnownPage } from '../../../shared/model/known-node.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { parseNodeSet } from '../../../src-main/crawl/node-set.ts';
import { eventually } from '../../support/eventually.ts';
import { queryOf } from '../../support/known-nodes-world.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

async function ask<Result>({ api }: Application, name: string, params: object): Promise<Result> {
  const reply = await api.call(name, params);
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.result as Result;
}
const page = (application: Application, filter: Partial<KnownFilter> = {}): Promise<KnownPage> =>
  ask(application, 'nodes.known', queryOf({ filter }));
const save = (application: Application, format: string): Promise<ExportedNodes> =>
  ask(application, 'nodes.exportKnown', { filter: queryOf({}).filter, format });

describe('the known nodes of a running node', () => {
  test('are the nodes that it found, with client, fork and source, and those of the database once it is stopped', async () => {
    const first = await applications.start('known', '--demo');
    const clients = await eventually('nodes that said Hello', async () => {
      const { nodes } = await page(first, { client: 'demo-' });
      return nodes.length >= 3 ? nodes : undefined;
    });
    for (const { client, fork, tcp, ip } of clients) {
      expect(client).toMatch(/\/demo-[a-z]+\/v\d/);
      expect(fork).not.toBe('other');
      expect(tcp).toBeGreaterThan(0);
      expect(ip).toMatch(/^(127\.|::1$)/);
    }
    const live = await eventually('nodes that answered a Ping', async () => {
      const { nodes } = await page(first, { maxAge: 60, source: 'v4' });
      return nodes.length > 0 ? nodes : undefined;
    });
    for (const { sources, lastPongAt } of live) {
      expect(sources).toContain('v4');
      expect(lastPongAt).toBeGreaterThan(0);
    }
    const unknown = await page(first, { client: '' });
    expect(unknown.nodes.every(({ client }) => client === null)).toBe(true);
    const one = clients[0];
    expect((await page(first, { text: one?.enode ?? '' })).nodes.map(({ id }) => id)).toEqual([one?.id]);

    const file = await save(first, 'nodes.json');
    expect(parseNodeSet(file.text).size).toBe(file.count);
    expect(file.count).toBeGreaterThanOrEqual(clients.length);

    await first.backend.stop();
    const stopped = await page(first);
    expect(stopped.nodes.every(({ connected, tables }) => !connected && tables.length === 0)).toBe(true);
    expect(stopped.total).toBeGreaterThan(0);
  });
});
