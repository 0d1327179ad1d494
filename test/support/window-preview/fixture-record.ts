import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import type { ApiReply } from '../../../shared/api-channels.ts';
import type { RecordView } from '../../../shared/model/record.ts';

/* A decoded record, and responses to TALKREQ. */

/** The example of EIP-778. */
export const EXAMPLE_RECORD =
  'enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8';

/** An error reply. */
export function errorReply(code: CauseCode, message: string, field: string | null = null): ApiReply<never> {
  return { ok: false, error: { code, message, field } };
}

const KEY = '03ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138';

/** The view of a record; a text that ends in `bad` has a wrong signature. */
export function makeRecord(text: string, hostile: boolean): RecordView {
  const strange = hostile
    ? [
        { key: '<b>\u202Ex</b>', value: null, raw: `0x${'ab'.repeat(60)}`, meaning: null },
        { key: 'client', value: '{{ 7 * 7 }}\u0000, <i>evil</i>', raw: '0xc58445766965', meaning: 'Client' },
      ]
    : [{ key: 'opstack', value: null, raw: '0x850000000a00', meaning: null }];
  return {
    text,
    id: 'a448f24c6d18e575453db13171562b71999873db5b286df957af199ec94617f7',
    seq: '1747000012345',
    size: 251,
    scheme: 'v4',
    signature: `0x${'7098ad865b00a5820519'.repeat(6)}7098adff`,
    enode: `enode://${'ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138'.repeat(2)}@198.51.100.21:30303`,
    entries: [
      {
        key: 'eth',
        value: 'fork 07c9462e, none planned',
        raw: '0xc7c68407c9462e80',
        meaning: 'Fork ID of its chain (EIP-2124)',
      },
      { key: 'id', value: 'v4', raw: '0x827634', meaning: 'Identity scheme' },
      { key: 'ip', value: '198.51.100.21', raw: '0x84c6336415', meaning: 'IPv4 address' },
      { key: 'ip6', value: '2001:db8::21', raw: `0x9020010db8${'00'.repeat(11)}21`, meaning: 'IPv6 address' },
      { key: 'secp256k1', value: `0x${KEY}`, raw: `0xa1${KEY}`, meaning: 'Public key' },
      { key: 'snap', value: 'yes', raw: '0xc0', meaning: 'Serves snap' },
      { key: 'tcp', value: '30303', raw: '0x82765f', meaning: 'TCP port' },
      { key: 'udp', value: '30303', raw: '0x82765f', meaning: 'UDP port' },
      ...strange,
    ],
  };
}

/** A response to TALKREQ. The protocol `silent` gives a timeout, `none` an empty response. */
export function makeTalk(protocol: string): ApiReply<{ response: string; durationMs: number }> {
  if (protocol === 'silent')
    return errorReply('no-answer', 'No response within 700 ms: the node is offline or drops our packets.');
  const text = 'pong from the other side, 42 bytes of it \u{1f30d}';
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0'));
  return { ok: true, result: { response: protocol === 'none' ? '' : bytes.join(''), durationMs: 84 } };
}
