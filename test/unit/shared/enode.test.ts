import { describe, expect, it } from 'vitest';
import {
  formatEnode,
  isDnsName,
  parseEnode,
  type EnodeParts,
  type NodeTextRefusal,
} from '../../../shared/enode.ts';
import { readVectors } from '../../support/vectors.ts';

interface Vectors {
  valid: { input: string; kind: string; canonical?: string }[];
  invalid: { input: string; reason: string }[];
}

const vectors = readVectors<Vectors>('enode-urls.json');
const KEY =
  '1dd9d65c4552b5eb43d5ad55a2ee3f56c6cbc1c64a5c8d659f51fcd51bace24351232b8d7821617d2b29b54b81cdefb9b3e9c37d7fd5f63270bcc9e1a6f6a439';

function read(text: string): EnodeParts {
  const result = parseEnode(text);
  if (!result.ok) throw new Error(result.message);
  return result.enode;
}

function refusal(text: string): NodeTextRefusal {
  const result = parseEnode(text);
  if (result.ok) throw new Error('The text was accepted');
  return result;
}

const at = (endpoint: string): string => `enode://${KEY}@${endpoint}`;

describe('An enode URL', () => {
  it.each(vectors.valid.filter(({ kind }) => kind === 'enode'))(
    'has the same text as in go-ethereum: $input',
    (vector) => {
      expect(formatEnode(read(vector.input))).toBe(vector.canonical);
    },
  );

  it.each(vectors.invalid.filter(({ input }) => !input.startsWith('enr:')))(
    'is refused: $reason, $input',
    (vector) => {
      expect(refusal(vector.input).reason).toBe(vector.reason.replaceAll('_', '-'));
    },
  );

  it.each<[string, Partial<EnodeParts>, string]>([
    ['1.2.3.4:5', { ip: '1.2.3.4', tcp: 5, udp: 5 }, '1.2.3.4:5'],
    ['1.2.3.4:0', { tcp: 0, udp: 0 }, '1.2.3.4:0'],
    ['1.2.3.4:00030303', { tcp: 30303 }, '1.2.3.4:30303'],
    ['1.2.3.4:5?discport=0', { tcp: 5, udp: 0 }, '1.2.3.4:5?discport=0'],
    ['1.2.3.4:5?discport=', { tcp: 5, udp: 5 }, '1.2.3.4:5'],
    ['1.2.3.4:5?x=1&discport=6&discport=7', { udp: 6 }, '1.2.3.4:5?discport=6'],
    ['1.2.3.4:5/path?discport=6#end', { udp: 6 }, '1.2.3.4:5?discport=6'],
    ['1.2.3.4:5#?discport=6', { udp: 5 }, '1.2.3.4:5'],
    ['[::1]:5', { ip: '::1' }, '[::1]:5'],
    ['[2001:DB8:0:0:0:0:0:1]:5', { ip: '2001:db8::1' }, '[2001:db8::1]:5'],
    ['[::ffff:1.2.3.4]:5', { ip: '1.2.3.4' }, '1.2.3.4:5'],
    ['[::ffff:102:304]:5', { ip: '1.2.3.4' }, '1.2.3.4:5'],
    ['node-1.example.org:5', { ip: undefined, hostname: 'node-1.example.org' }, 'node-1.example.org:5'],
    ['localhost:5', { hostname: 'localhost' }, 'localhost:5'],
    ['my_node.internal:5', { hostname: 'my_node.internal' }, 'my_node.internal:5'],
  ])('with %s is parsed and formatted', (endpoint, parts, canonical) => {
    expect(read(at(endpoint))).toMatchObject(parts);
    expect(formatEnode(read(at(endpoint)))).toBe(at(canonical));
  });

  it('may be written in capitals', () => {
    expect(formatEnode(read(`ENODE://${KEY.toUpperCase()}@1.2.3.4:5`))).toBe(at('1.2.3.4:5'));
  });

  it.each<[string, string, string]>([
    ['', 'host', 'missing-host'],
    [':5', 'host', 'missing-host'],
    ['[]:5', 'host', 'bad-host'],
    ['1.2.3.4', 'port', 'bad-port'],
    ['1.2.3.4:', 'port', 'bad-port'],
    ['1.2.3.4:+5', 'port', 'bad-port'],
    ['1.2.3.4: 5', 'port', 'bad-port'],
    ['1.2.3.4:5e3', 'port', 'bad-port'],
    ['1.2.3.4:99999999999999999999999', 'port', 'bad-port'],
    ['1.2.3.4:5?discport=-1', 'discport', 'bad-discport'],
    ['1.2.3.4:5?discport=70000', 'discport', 'bad-discport'],
    ['1.2.3:5', 'host', 'bad-host'],
    ['1.2.3.04:5', 'host', 'bad-host'],
    ['1.2.3.256:5', 'host', 'bad-host'],
    ['2001:db8::1:5', 'host', 'bad-host'],
    ['[2001:db8::1', 'host', 'bad-host'],
    ['[1.2.3.4]:5', 'host', 'bad-host'],
    ['[node.example]:5', 'host', 'bad-host'],
    ['[fe80::1%eth0]:5', 'host', 'zone-id'],
    ['[fe80::1%25eth0]:5', 'host', 'zone-id'],
    ['node%2eexample:5', 'host', 'zone-id'],
    ['-node.example:5', 'host', 'bad-host'],
    ['node..example:5', 'host', 'bad-host'],
    ['nöde.example:5', 'host', 'bad-host'],
    ['node\u0000.example:5', 'host', 'bad-host'],
    ['node\n.example:5', 'host', 'bad-host'],
    ['no de.example:5', 'host', 'bad-host'],
    [`${'a'.repeat(64)}.example:5`, 'host', 'bad-host'],
    [`${'a.'.repeat(128)}:5`, 'host', 'bad-host'],
    ['a@1.2.3.4:5', 'public-key', 'bad-public-key'],
  ])('with %j is refused for its %s', (endpoint, field, reason) => {
    expect(refusal(at(endpoint))).toMatchObject({ field, reason });
  });

  it.each([
    `${KEY}00`,
    KEY.slice(2),
    `0x${KEY.slice(2)}`,
    `${KEY}:secret`,
    ` ${KEY}`,
    '0'.repeat(128),
    'f'.repeat(128),
  ])('is refused with the key %s', (key) => {
    expect(refusal(`enode://${key}@1.2.3.4:5`).field).toBe('public-key');
  });

  it('is refused when the key is followed by no address', () => {
    expect(refusal(`enode://${KEY}?discport=5`)).toMatchObject({ field: 'host', reason: 'missing-host' });
  });

  it('is refused without parsing when it is huge', () => {
    expect(refusal(at(`${'a'.repeat(5_000_000)}:5`)).reason).toBe('too-long');
    expect(refusal('e'.repeat(5_000_000)).reason).toBe('too-long');
  });

  it.each([' enode://', '\tenode://', 'enode:/', 'enode', 'еnode://'])(
    'is refused when it starts with %j',
    (prefix) => {
      expect(refusal(`${prefix}${KEY}@1.2.3.4:5`).reason).toBe('missing-prefix');
    },
  );
});

describe('A DNS name', () => {
  it.each(['a', 'a.b', 'a.b.', 'xn--bcher-kva.example', '1.example', `${'a'.repeat(63)}.b`])(
    'may be %s',
    (name) => {
      expect(isDnsName(name)).toBe(true);
    },
  );

  it.each(['', '.', '..', 'a..b', '.a', 'a-', '-a', 'a.1', '1', 'a/b', 'a b', 'ä'])(
    'may not be %j',
    (name) => {
      expect(isDnsName(name)).toBe(false);
    },
  );
});
