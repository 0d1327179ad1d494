import { CodecError, EnodeckError } from '../../base/errors.ts';

/** What the text of an entry, or the URL of a list, can have wrong. */
export type DnsEntryErrorCode =
  /** Longer than any entry has to be. */
  | 'too-long'
  /** None of root, branch, link and record. */
  | 'unknown-entry'
  /** A root that lacks a part, has one too many, or has them in another order. */
  | 'bad-syntax'
  /** No hash of 12 to 32 bytes in base32. */
  | 'bad-child-hash'
  | 'too-many-children'
  /** The signature is no base64 of 65 bytes. */
  | 'bad-signature-encoding'
  /** The signature is not that of the list's key. */
  | 'bad-signature'
  | 'bad-enr'
  /** The URL does not begin with enrtree://. */
  | 'missing-prefix'
  | 'missing-public-key'
  | 'bad-public-key'
  | 'bad-domain';

/** Text that is no entry of a DNS node list, or no URL of one. */
export class DnsEntryError extends CodecError<DnsEntryErrorCode> {}

/** Why a list, or a part of it, cannot be had or is refused. */
export type DnsListErrorCode =
  /** The name has no TXT record. */
  | 'not-found'
  | 'timeout'
  /** The name server cannot be reached, or refuses. */
  | 'server-failure'
  /** The TXT records of the domain hold no root. */
  | 'no-root'
  /** A root of a lower sequence number than the one we know. */
  | 'older-root'
  /** The TXT records of a name hold no entry. */
  | 'no-entry'
  /** The text is not the one that its name is the hash of. */
  | 'hash-mismatch'
  | 'enr-in-link-tree'
  | 'link-in-enr-tree'
  | 'too-deep'
  | 'too-many-entries'
  | 'link-cycle'
  | 'link-too-deep'
  | 'too-many-links'
  /** What is to be signed cannot be in a list. */
  | 'bad-node'
  | 'bad-seq'
  | 'closed';

/** A DNS node list, or a part of one, that cannot be had, is refused, or cannot be made. */
export class DnsListError extends EnodeckError<DnsListErrorCode> {
  constructor(code: DnsListErrorCode, message: string, options?: ErrorOptions) {
    super('discovery', code, message, options);
  }
}
