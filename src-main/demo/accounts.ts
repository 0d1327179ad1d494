/** The accounts of the demo's chain. Their keys are public and protect nothing. */
import { bytesToHex, hexToBytes, utf8ToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import { publicKeyOf } from '../base/secp256k1.ts';
import { sha256 } from '../base/symmetric.ts';
import { ADDRESS_LENGTH } from '../eth/constants.ts';

const ETHER = 10n ** 18n;

/** Balance of each wallet in the genesis block, wei. */
export const GENESIS_BALANCE = 1_000_000n * ETHER;

/** An account that signs transactions. */
export interface DemoWallet {
  readonly key: Uint8Array;
  /** 20 bytes. */
  readonly address: Uint8Array;
}

/** The wallets of the demo. */
export const DEMO_WALLETS: readonly DemoWallet[] = ['ant', 'bee', 'cricket', 'finch', 'hare', 'wren'].map(
  (name) => {
    const key = sha256(utf8ToBytes(`enodeck demo wallet ${name}`));
    return { key, address: addressOf(publicKeyOf(key)) };
  },
);

/** The signature of the event Transfer(address,address,uint256), by which wallets recognise tokens (ERC-20). */
export const TRANSFER_TOPIC = keccak256(utf8ToBytes('Transfer(address,address,uint256)'));

/**
 * The code of the demo's token, which has no storage. It reads a receiver and an amount of 32 bytes each, and logs a Transfer
 * from the caller: PUSH1 0x20 CALLDATALOAD PUSH0 MSTORE, PUSH0 CALLDATALOAD CALLER PUSH32 topic PUSH1 0x20 PUSH0 LOG3, STOP.
 */
export const TOKEN_CODE = hexToBytes(`6020355f525f35337f${bytesToHex(TRANSFER_TOPIC)}60205fa300`);

/**
 * Gas of a run of TOKEN_CODE: 3 + 3 + 2 + 6 for the amount in a new word of memory, 2 + 3 + 2 + 3 + 3 + 2 for the arguments, and
 * the log with three topics and 32 bytes of data.
 * @see https://ethereum.github.io/yellowpaper/paper.pdf appendix G
 */
export const TOKEN_GAS = 29n + 375n + 3n * 375n + 32n * 8n;

/** The address of the token, 20 bytes. */
export const TOKEN_ADDRESS = keccak256(utf8ToBytes('enodeck demo token')).slice(-ADDRESS_LENGTH);

/** Receives the tips of all blocks. */
export const COINBASE = keccak256(utf8ToBytes('enodeck demo proposer')).slice(-ADDRESS_LENGTH);

/** The address of a public key of 64 bytes. */
export function addressOf(publicKey: Uint8Array): Uint8Array {
  return keccak256(publicKey).slice(-ADDRESS_LENGTH);
}
