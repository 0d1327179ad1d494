import { describe, expect, it } from 'vitest';
import { EthCodecError } from '../../../src-main/eth/errors.ts';
import { sidecarFault, type BlobSidecar } from '../../../src-main/relay/blob-sidecar.ts';
import { readRelayed } from '../../../src-main/relay/transaction.ts';
import { blobTransaction } from '../../support/transactions.ts';

describe('the sidecar of a blob transaction', () => {
  it.each([0, 1] as const)('of version %i has the commitments of the versioned hashes', (version) => {
    expect(faultOf(blobTransaction(1, 3, version).pooled)).toBeUndefined();
  });

  it('is missed', () => {
    expect(faultOf(blobTransaction(1).bare)).toBe('it has no blobs');
  });

  it('of other blobs is found', () => {
    expect(faultOf(blobTransaction(1, 2).mismatched)).toBe('commitment 0 is not that of its versioned hash');
  });

  it.each([
    ['blobs', 'it has 1 blobs instead of 2'],
    ['commitments', 'it has 1 commitments instead of 2'],
    ['proofs', 'it has 255 proofs instead of 256'],
  ] as const)('with too few %s is found', (part, fault) => {
    const { fields, sidecar } = readRelayed(blobTransaction(1, 2).pooled);
    const cut: BlobSidecar = { ...sidecar!, [part]: sidecar![part].slice(1) };
    expect(sidecarFault(fields, cut)).toBe(fault);
  });

  it('belongs to a list of versioned hashes', () => {
    const { fields, sidecar } = readRelayed(blobTransaction(1).pooled);
    expect(sidecarFault([...fields.slice(0, 10), Uint8Array.of(0xc0)], sidecar)).toBe(
      'it has no versioned hashes',
    );
    expect(() => sidecarFault([], sidecar)).toThrow(EthCodecError);
  });
});

function faultOf(encoded: Uint8Array): string | undefined {
  const { fields, sidecar } = readRelayed(encoded);
  return sidecarFault(fields, sidecar);
}
