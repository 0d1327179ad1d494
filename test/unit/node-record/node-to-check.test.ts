import { expect, test } from 'vitest';
import type { Enr } from '../../../src-main/node-record/enr.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import { nodeToCheck } from '../../../src-main/node-record/node-to-check.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { fakeNode } from '../../support/nodes.ts';

test('an enode URL has its one address and its ports', () => {
  const node = parseNode(SOME_ENODE);
  expect(nodeToCheck(node)).toEqual({ ips: ['192.0.2.7'], hostname: undefined, tcp: 30303, udp: 30303 });
});

test('a record has all its addresses, each once', () => {
  const record = { ip: '192.0.2.7', ip6: '2001:db8::7' } as Enr;
  const node = fakeNode(new Uint8Array(32), { ip: '192.0.2.7', record });
  expect(nodeToCheck(node).ips).toEqual(['192.0.2.7', '2001:db8::7']);
});
