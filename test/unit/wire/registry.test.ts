import { describe, expect, it } from 'vitest';
import { messageFactsOf, protocolSchema, recordSchema } from '../../../src-main/wire/registry.ts';

describe('recordSchema', () => {
  it('finds the schema of a message, a handshake packet and a packet of discovery', () => {
    expect(recordSchema({ kind: 'message', protocol: 'eth/69', code: 3 })?.name).toBe('GetBlockHeaders');
    expect(recordSchema({ kind: 'handshake', protocol: 'rlpx', code: 0 })?.name).toBe('auth');
    expect(recordSchema({ kind: 'packet', protocol: 'discv5', code: 0 })?.name).toBe('Whoareyou');
  });

  it('finds none for a record without a message: a dropped datagram is not decrypted', () => {
    for (const kind of ['bad-frame', 'end', 'dropped'] as const) {
      for (const protocol of ['discv4', 'discv5', ...(kind === 'dropped' ? [] : ['rlpx', 'p2p'])]) {
        expect(recordSchema({ kind, protocol, code: 0 }), `${kind} ${protocol}`).toBeUndefined();
      }
    }
  });

  it('finds that of a message of a session which was dropped', () => {
    expect(recordSchema({ kind: 'dropped', protocol: 'eth/69', code: 2 })?.name).toBe('Transactions');
  });

  it('finds none for an unknown protocol or code', () => {
    expect(recordSchema({ kind: 'message', protocol: 'les/4', code: 0 })).toBeUndefined();
    expect(recordSchema({ kind: 'message', protocol: 'eth/69', code: 0x12 })).toBeUndefined();
    expect(protocolSchema('constructor')).toBeUndefined();
  });
});

describe('messageFactsOf', () => {
  it('names the request for a request and for its answer', () => {
    expect(messageFactsOf('eth/69', 3)).toEqual({
      name: 'GetBlockHeaders',
      role: 'request',
      requestName: 'GetBlockHeaders',
    });
    expect(messageFactsOf('eth/69', 4)).toEqual({
      name: 'BlockHeaders',
      role: 'answer',
      requestName: 'GetBlockHeaders',
    });
    expect(messageFactsOf('eth/69', 0)).toEqual({
      name: 'Status',
      role: 'announcement',
      requestName: undefined,
    });
    expect(messageFactsOf('eth/69', 99)).toBeUndefined();
  });
});
