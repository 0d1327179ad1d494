import { describe, expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { describeMessage } from '../../../src-main/wire/message-schema.ts';
import { PROTOCOL_SCHEMAS, protocolSchema } from '../../../src-main/wire/registry.ts';
import { discv5Vectors } from '../../support/discv5-vectors.ts';
import { WIRE_EXAMPLES } from '../../support/wire-examples.ts';
import v4Vectors from '../../vectors/discv4.json' with { type: 'json' };
import ethVectors from '../../vectors/eth.json' with { type: 'json' };

/** `eth/69 3` of every vector that the tests beside this one decode to named fields. */
const VECTORS: readonly string[] = [
  // session-vectors.test.ts
  ...['rlpx 0', 'rlpx 1', 'p2p 0', 'p2p 1'],
  // eth-vectors.test.ts
  ...ethVectors.messages.flatMap(({ versions, code }) =>
    versions.map((version) => `eth/${String(version)} ${String(code)}`),
  ),
  // discovery-vectors.test.ts
  ...v4Vectors.packets.map(({ type }) => `discv4 ${String(type)}`),
  ...discv5Vectors.messages.map(({ type }) => `discv5 ${String(type)}`),
];

const EXAMPLES = WIRE_EXAMPLES.flatMap((example) =>
  example.protocols.map((protocol) => ({ protocol, ...example })),
);

describe('every message of every protocol', () => {
  it('has a vector or an example of its specification', () => {
    const covered = new Set([
      ...VECTORS,
      ...EXAMPLES.map(({ protocol, code }) => `${protocol} ${String(code)}`),
    ]);
    const missing = PROTOCOL_SCHEMAS.flatMap(({ name: protocol, messages }) =>
      messages
        .filter(({ code }) => !covered.has(`${protocol} ${String(code)}`))
        .map(({ name, code }) => `${protocol} ${name} (${String(code)})`),
    );
    expect(missing).toEqual([]);
  });

  it('has a code below the number of codes of its protocol, and one name for each code', () => {
    for (const { name, length, messages } of PROTOCOL_SCHEMAS) {
      expect(new Set(messages.map(({ code }) => code)).size, name).toBe(messages.length);
      expect(new Set(messages.map((each) => each.name)).size, name).toBe(messages.length);
      for (const { code } of messages) expect(code, name).toBeLessThan(length);
    }
  });

  it('has an answer that refers to its request', () => {
    for (const { name, messages } of PROTOCOL_SCHEMAS) {
      for (const message of messages) {
        if (message.role.kind !== 'request') continue;
        const { answer } = message.role;
        const found = messages.find((each) => each.name === answer);
        expect(found?.role, `${name} ${message.name}`).toEqual({ kind: 'answer', request: message.name });
      }
    }
  });
});

describe('the examples of the specifications', () => {
  it.each(EXAMPLES)('$protocol $name decodes to its fields', ({ protocol, name, code, rlp, json }) => {
    const message = protocolSchema(protocol)?.message(code);
    expect(message?.name).toBe(name);
    if (message === undefined) throw new Error('no schema');
    const bytes = encodeRlp(rlp);
    const decoded = describeMessage(message, { bytes, total: bytes.length });
    expect(decoded.fault).toBeNull();
    expect(decoded.json).toEqual(json);
    const names = Object.keys(decoded.json as object);
    expect(names).toEqual(Object.keys(json as object));
  });
});

it('snap/2 has no message with the codes that snap/1 used for trie nodes (EIP-8189)', () => {
  const snap2 = protocolSchema('snap/2');
  expect([snap2?.message(0x06), snap2?.message(0x07)]).toEqual([undefined, undefined]);
});
