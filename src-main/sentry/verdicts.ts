/** What the words of a client about a submitted transaction mean. */
import type { TransactionVerdict } from '../eth/chain-source.ts';

/** geth and Erigon "already known"; reth "already imported"; Besu and Nethermind the others. */
const KNOWN =
  /already (known|imported|exists|in (the )?(mem)?pool)|known transaction|AlreadyKnown|ALREADY_KNOWN|already known/i;

/**
 * Errors that say of the transaction itself, or of the state, that no pool takes it. Words of geth core/txpool/errors.go and
 * core/error.go, reth crates/rpc/rpc-eth-types/src/error, Besu TransactionInvalidReason, Nethermind AcceptTxResult, Erigon
 * txnprovider/txpool/txpoolcfg.
 */
const INVALID: readonly RegExp[] = [
  // Encoding and signature
  /rlp|decod|deseriali[sz]|malformed|invalid (transaction )?(encoding|format)|typed transaction too short/i,
  /(invalid|bad|wrong) (transaction )?(sender|signature|v, r, s|chain[ -]?id)|(chain[ -]?id|signature) (mismatch|invalid|not)/i,
  /INVALID_SIGNATURE|WRONG_CHAIN_ID|InvalidTxSignature|FailedToResolveSender|InvalidChainId/i,
  /(transaction|tx) type not supported|unsupported (transaction|tx) type|INVALID_TRANSACTION_FORMAT|NotSupportedTxType/i,
  // Nonce, balance and gas
  /nonce (is )?too (low|old)|nonce has max value|NONCE_TOO_LOW|OldNonce|old nonce/i,
  /insufficient (funds|balance)|UPFRONT_COST_EXCEEDS_BALANCE|InsufficientFunds|overshot balance/i,
  /intrinsic gas|gas limit (too high|exceeds)|exceeds (the )?(block|allowed|max\w*) gas|EXCEEDS_BLOCK_GAS_LIMIT|GasLimitExceeded|floor data gas/i,
  /(max )?priority fee per gas higher|tip (above|higher|cap higher)|fee cap (too high|overflow)|negative value|value (out of range|overflow)/i,
  // Size and kind
  /oversized data|(transaction|tx|data) (is )?too (large|big)|exceeds? (max(imum)? )?(transaction |tx |init ?code )?size|MaxTxSizeExceeded/i,
  /init ?code (size|too)|INITCODE_TOO_LARGE|sender (is )?not an eoa|SenderIsContract/i,
  // Blobs and authorizations
  /blob (hash|sidecar|proof|commitment|transaction)|versioned hash|kzg|too many blobs|missing (blob )?sidecar|authori[sz]ation list/i,
];

/** The verdict in the words of a client that refused a transaction. Words that are not known: another pool might take it. */
export function verdictOf(reason: string): TransactionVerdict {
  if (KNOWN.test(reason)) return { kind: 'known' };
  if (INVALID.some((pattern) => pattern.test(reason))) return { kind: 'invalid', reason };
  return { kind: 'refused', reason };
}
