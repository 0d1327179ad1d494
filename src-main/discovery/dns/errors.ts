import { CodecError, EnodeckError } from '../../base/errors.ts';

/** Why the text of an entry or the URL of a list is invalid. */
export type DnsEntryErrorCode =
  /** Longer than any valid entry. */
  | 'too-long'
  /** Not a branch, link or record. */
  | 'unknown-entry'
  /** A root with missing, additional or reordered parts. */
  | 'bad-syntax'
  /** Not a hash of 12 to 32 bytes in base32. */
  | 'bad-child-hash'
  | 'too-many-children'
  /** The signature is not 65 bytes in base64. */
  | 'bad-signature-encoding'
  /** The signature does not match the list's key. */
  | 'bad-signature'
  | 'bad-enr'
  /** The URL does not begin with enrtree://. */
  | 'missing-prefix'
  | 'missing-public-key'
  | 'bad-public-key'
  | 'bad-domain';

/** An invalid entry or URL of a DNS node list. */
export class DnsEntryError extends CodecError<DnsEntryErrorCode> {}

/** Why a list, or a part of it, is not available, is refused or cannot be made. */
export type DnsListErrorCode =
  /** The name has no TXT record. */
  | 'not-found'
  | 'timeout'
  /** The name server cannot be reached, or refuses. */
  | 'server-failure'
  /** The TXT records of the domain contain no root. */
  | 'no-root'
  /** A root with a lower sequence number than the known one. */
  | 'older-root'
  /** The TXT records of a name contain no entry. */
  | 'no-entry'
  /** The text does not match the hash in its name. */
  | 'hash-mismatch'
  | 'enr-in-link-tree'
  | 'link-in-enr-tree'
  | 'too-deep'
  | 'too-many-entries'
  | 'link-cycle'
  | 'link-too-deep'
  | 'too-many-links'
  /** The record or the sequence number of a list to sign is invalid. */
  | 'bad-node'
  | 'bad-seq'
  | 'closed';

/** A DNS node list, or a part of one, that is not available, is refused or cannot be made. */
export class DnsListError extends EnodeckError<DnsListErrorCode> {
  constructor(code: DnsListErrorCode, message: string, options?: ErrorOptions) {
    super('discovery', code, message, options);
  }
}
