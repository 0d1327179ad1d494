import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { noEvidence } from '../../../src-main/doctor/evidence.ts';
import { parseStep } from '../../../src-main/doctor/parse-step.ts';
import { StepLog } from '../../../src-main/doctor/step-log.ts';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import { enrToText, signEnr } from '../../../src-main/node-record/enr.ts';
import { enodeUrlOf, nodeFromParts, nodeFromRecord } from '../../../src-main/node-record/node-factory.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import type { Node } from '../../../src-main/node-record/node.ts';

const key = new Uint8Array(32).fill(7);
const publicKey = publicKeyOf(key);
const hex = bytesToHex(publicKey);
const node = nodeFromParts({ publicKey, ip: '192.0.2.7', tcp: 30303, udp: 30301 });
const enode = enodeUrlOf(node);
const record = signEnr({ ip: ipToBytes('192.0.2.7'), tcp: 30303, udp: 30301 }, 5n, key);
const enr = enrToText(record);

function parse(text: string, known?: Node) {
  const evidence = noEvidence();
  const log = new StepLog(new VirtualClock());
  return { ...parseStep(text, () => known, evidence, log), evidence, log };
}

describe('the step Parse', () => {
  it('reads an enode URL', () => {
    const { state, wrongAt, finding, evidence } = parse(enode);
    expect({ state, wrongAt, finding }).toEqual({
      state: 'passed',
      wrongAt: null,
      finding: 'enode, key on the curve, TCP 30303, UDP 30301',
    });
    expect(evidence.node?.idHex).toBe(node.idHex);
  });

  it('reads a record and verifies its signature', () => {
    const { state, finding, evidence, log } = parse(enr);
    expect({ state, finding }).toEqual({
      state: 'passed',
      finding: 'record, signature holds, TCP 30303, UDP 30301',
    });
    expect(evidence.givenRecord?.seq).toBe(5n);
    expect(log.exchanges[0]?.facts).toContainEqual(
      expect.objectContaining({ name: 'Signature', value: 'holds', tone: 'good' }),
    );
  });

  it.each([node.idHex, `0x${node.idHex}`, hex, `enode://${hex}`])(
    'takes the endpoint of %.12s… from what this node knows',
    (text) => {
      const { state, evidence } = parse(text, nodeFromRecord(record));
      expect(state).toBe('passed');
      expect(evidence.node?.ip).toBe('192.0.2.7');
      expect(parse(text)).toMatchObject({ state: 'failed', cause: { code: 'not-known' } });
    },
  );

  it.each([
    ['another word', 'http://x', 0],
    ['a prefix that is cut', 'enode:/abc', 7],
    ['a key with a letter that is no digit', `enode://${hex.slice(0, 9)}z${hex.slice(10)}@192.0.2.7:1`, 17],
    ['a key that is too short', `enode://${hex.slice(0, 127)}@192.0.2.7:1`, 8 + 127],
    ['a key that is too long', `enode://${hex}a@192.0.2.7:1`, 8 + 128],
    ['no key', 'enode://@192.0.2.7:1', 8],
    ['a key that is not on the curve', `enode://${'1'.repeat(128)}@192.0.2.7:1`, 8],
    ['a host that is none', `enode://${hex}@192.0.2.777:1`, 8 + 129],
    ['a port above the highest', `enode://${hex}@192.0.2.7:70000`, 8 + 129 + '192.0.2.7:'.length],
    ['no port', `enode://${hex}@192.0.2.7`, 8 + 129 + '192.0.2.7'.length],
    [
      'a discovery port that is none',
      `${enode.replace(/\?.*/, '')}?discport=x`,
      enode.indexOf('discport=') + 9,
    ],
    ['white space within', `enode://${hex} @192.0.2.7:1`, 8 + 128],
    ['a record with a character of plain base64', `${enr.slice(0, 20)}+${enr.slice(21)}`, 20],
    ['a record that is cut', enr.slice(0, -5), enr.length - 5],
    ['a node ID with a letter that is no digit', `${'ab'.repeat(20)}x${'ab'.repeat(11)}a`, 40],
    ['a node ID that is too short', 'ab'.repeat(31), 62],
  ])('names the character at fault in %s', (_, text, at) => {
    const result = parse(text);
    expect(result).toMatchObject({ state: 'failed', cause: { code: 'invalid-node-text' } });
    expect(result.wrongAt).toBe(at);
    expect(result.finding).toContain(`at character ${String(at + 1)}`);
  });

  it('names no character where the signature of a record does not hold', () => {
    const at = 20;
    const forged = `${enr.slice(0, at)}${enr[at] === 'A' ? 'B' : 'A'}${enr.slice(at + 1)}`;
    const result = parse(forged);
    expect(result).toMatchObject({ state: 'failed', wrongAt: null, cause: { code: 'bad-signature' } });
    expect(result.finding).toMatch(/signature/);
  });
});
