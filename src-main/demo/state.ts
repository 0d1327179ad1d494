import { bytesToHex, hexToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp } from '../base/rlp.ts';
import { EMPTY_TRIE_ROOT } from '../chain/header.ts';
import { hashedTrieRoot } from '../chain/list-root.ts';
import { DEMO_WALLETS, GENESIS_BALANCE, TOKEN_ADDRESS, TOKEN_CODE } from './accounts.ts';

/** BOUNDED: accounts of the demo's chain, our choice. Ether for further ones is refused. */
const MAX_ACCOUNTS = 256;

const EMPTY_CODE_HASH = keccak256(new Uint8Array(0));

interface Account {
  nonce: bigint;
  /** Wei. */
  balance: bigint;
  readonly codeHash: Uint8Array;
}

/** The accounts of the demo's chain after its last block; first those of the genesis block. No account has storage. */
export class DemoState {
  /** BOUNDED: MAX_ACCOUNTS. */
  readonly #accounts = new Map<string, Account>();

  constructor() {
    for (const { address } of DEMO_WALLETS) this.credit(address, GENESIS_BALANCE);
    this.#accounts.set(bytesToHex(TOKEN_ADDRESS), {
      ...{ nonce: 1n, balance: 0n },
      codeHash: keccak256(TOKEN_CODE),
    });
  }

  /** Nonce and balance (wei) of an account. */
  account(address: Uint8Array): { readonly nonce: bigint; readonly balance: bigint } {
    return this.#accounts.get(bytesToHex(address)) ?? { nonce: 0n, balance: 0n };
  }

  /** Whether an account can get ether. */
  accepts(address: Uint8Array): boolean {
    return this.#accounts.has(bytesToHex(address)) || this.#accounts.size < MAX_ACCOUNTS;
  }

  /** Adds ether to an account that accepts it. @param wei more than 0 */
  credit(address: Uint8Array, wei: bigint): void {
    const key = bytesToHex(address);
    const account = this.#accounts.get(key) ?? { nonce: 0n, balance: 0n, codeHash: EMPTY_CODE_HASH };
    account.balance += wei;
    this.#accounts.set(key, account);
  }

  /** Takes ether for a transaction of an account, which has it, and counts the transaction. */
  charge(address: Uint8Array, wei: bigint): void {
    const account = this.#accounts.get(bytesToHex(address));
    if (account === undefined) return;
    account.balance -= wei;
    account.nonce += 1n;
  }

  /** The state root, 32 bytes. */
  root(): Uint8Array {
    return hashedTrieRoot(
      [...this.#accounts].map(([address, { nonce, balance, codeHash }]) => [
        hexToBytes(address),
        encodeRlp([nonce, balance, EMPTY_TRIE_ROOT, codeHash]),
      ]),
    );
  }
}
