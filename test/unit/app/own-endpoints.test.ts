import { expect, it } from 'vitest';
import type { NodeStatus } from '../../../shared/model/node.ts';
import { ownEndpoints } from '../../../src-main/app/own-endpoints.ts';
import { parseNode, enodeUrlOf, withEndpoint } from '../../../src-main/node-record/node-factory.ts';

/** The example of EIP-778. */
const ENR =
  'enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8';

it('has the record, the endpoint of the enode URL, and the IPv6 listener', () => {
  const enode = enodeUrlOf(withEndpoint(parseNode(ENR), { ip: '127.0.0.1', tcp: 4001, udp: 4002 }));
  const listening = [
    { protocol: 'tcp', ip: '127.0.0.1', port: 4001 },
    { protocol: 'udp', ip: '::1', port: 4002 },
  ];
  const at = (sockets: object[]) =>
    ownEndpoints({ identity: { enr: ENR, enode }, listening: sockets } as unknown as NodeStatus);
  expect(at(listening)).toMatchObject({ ours: { ip: '127.0.0.1', tcp: 4001, udp: 4002 }, ours6: undefined });
  expect(at(listening).ours.record).toBeDefined();
  const { ours6 } = at([...listening, { protocol: 'tcp', ip: '::1', port: 4001 }]);
  expect(ours6).toMatchObject({ ip: '::1', tcp: 4001 });
});
