import { expect, test } from 'vitest';
import type { ComposerResult, ComposerTarget } from '../../../shared/model/composer.ts';
import type { DialResult } from '../../../shared/model/node.ts';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

/** The demo's nodes connect within seconds. */
const DEMO_MS = 60_000;

test(
  'the composer sends requests to peers and to nodes of discovery, with records of request and answer',
  async () => {
    const application = await applications.start('demo', '--demo');
    const ask = async <Result>(name: string, params: object): Promise<Result> => {
      const reply = await application.api.call(name, params);
      if (!reply.ok) throw new Error(`${name}: ${reply.error.code}: ${reply.error.message}`);
      return reply.result as Result;
    };
    // Some peers are found by the DNS list alone: they have no discovery.
    const { row, target } = await eventually('a peer with both discovery protocols', async () => {
      for (const row of application.backend.peers()) {
        if (row.stage !== 'running' || row.direction !== 'outbound') continue;
        const target = await ask<ComposerTarget>('composer.messages', { node: row.id });
        const protocols = target.protocols.map(({ protocol }) => protocol);
        if (['discv4', 'discv5'].every((each) => protocols.includes(each))) return { row, target };
      }
      return undefined;
    });
    expect(target.protocols.map(({ protocol }) => protocol)).toContain(`eth/${String(row.ethVersion)}`);
    // The scope of the recording has another node only.
    await ask('recorder.start', { nodes: ['00'.repeat(32)], discovery: false });
    const [eth] = target.protocols;
    const headers = eth?.messages.find(({ name }) => name === 'GetBlockHeaders');
    const consent = { confirmRaw: false, confirmListed: false };
    const send = (protocol: string, code: number, fields: object, node = row.id): Promise<ComposerResult> =>
      ask('composer.send', { node, protocol, code, fields, raw: null, ...consent });

    const query = { startBlock: { number: '0' }, limit: '1', skip: '0', reverse: false };
    const answered = await send(eth?.protocol ?? '', headers?.code ?? 0, { query });
    expect(answered).toMatchObject({
      outcome: 'answered',
      summary: expect.stringContaining('1 header') as unknown,
    });
    const { requestSeq, answerSeq } = answered;
    expect(await ask('recorder.detail', { seq: requestSeq })).toMatchObject({
      row: { name: 'GetBlockHeaders', direction: 'out', pairSeq: answerSeq, nodeId: row.id },
    });
    expect(await ask('recorder.detail', { seq: answerSeq })).toMatchObject({
      row: { name: 'BlockHeaders', direction: 'in', pairSeq: requestSeq },
    });

    // Replies of discovery have a short time limit, and not every node of the demo has both protocols.
    const nodeOf = (protocol: 'v4' | 'v5') =>
      eventually(
        `a node of ${protocol}`,
        async () =>
          application.backend.discovery.table(protocol).buckets.flatMap(({ entries }) => entries)[0],
      );
    const answer = (protocol: string, code: number, fields: object, node: string) =>
      eventually(`an answer of ${protocol}`, async () => {
        const result = await send(protocol, code, fields, node);
        return result.outcome === 'answered' ? result : undefined;
      });
    const [v4, v5] = [await nodeOf('v4'), await nodeOf('v5')];
    expect(await answer('discv4', 0x01, {}, v4.id)).toMatchObject({
      answer: { enrSeq: expect.any(String) as unknown },
    });
    const near = { target: `0x${'11'.repeat(64)}` };
    expect(await answer('discv4', 0x03, near, v4.id)).toMatchObject({
      answer: { nodes: expect.any(Array) as unknown },
    });
    expect(await answer('discv5', 0x03, { distances: ['0'] }, v5.id)).toMatchObject({ summary: '1 node' });
    await expect(send('discv5', 0x03, { distances: ['257'] })).rejects.toThrow(/0 to 256/);

    const dialled = await ask<DialResult>('nodes.dial', { id: row.id });
    expect(dialled).toEqual({ connected: true, code: null, refusal: null });
    const self = application.backend.status().identity.id;
    await expect(ask('nodes.dial', { id: self })).rejects.toThrow(/known/);
  },
  DEMO_MS,
);
