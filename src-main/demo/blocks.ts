/**
 * Makes the blocks of the demo's chain by the rules of Shanghai and Cancun, so that every check of a client holds: roots,
 * gas, base fee and state.
 */
import { concatBytes, equalBytes, utf8ToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp, type RlpInput } from '../base/rlp.ts';
import type { Network } from '../chain/networks.ts';
import { bodyRootsOf, receiptsRootOf } from '../eth/block-roots.ts';
import { decodeHeader, type BlockHeader } from '../eth/headers.ts';
import type { BlockBody } from '../eth/messages.ts';
import { bloomOf, type Receipt, type ReceiptLog } from '../eth/receipts.ts';
import { transactionItem } from '../eth/transactions.ts';
import { COINBASE, DEMO_WALLETS, TOKEN_ADDRESS, TRANSFER_TOPIC } from './accounts.ts';
import { CANCUN_TIME } from './network.ts';
import type { DemoState } from './state.ts';
import { DEMO_TYPE, gasOf, type DemoTransaction } from './transactions.ts';

/** A block with all that is served of it. */
export interface DemoBlock {
  readonly header: BlockHeader;
  /** RLP of the header. */
  readonly encoded: Uint8Array;
  readonly body: BlockBody;
  readonly receipts: readonly Receipt[];
}

/** The gas target is the half of the limit, and the base fee changes by at most an eighth (EIP-1559). */
const ELASTICITY = 2n;
const FEE_CHANGE = 8n;

/** BOUNDED: transactions of a block, our choice. */
const MAX_TRANSACTIONS = 64;

/** Of each withdrawal, gwei: what a validator earns in some days. */
const WITHDRAWAL_GWEI = 17_000_000n;
const GWEI = 10n ** 9n;

const EXTRA_DATA = utf8ToBytes('Enodeck demo');
const WORD = 32;

/** The genesis block. */
export function genesisBlock({ genesisHeaderRlp }: Network): DemoBlock {
  return {
    header: decodeHeader(genesisHeaderRlp),
    encoded: genesisHeaderRlp,
    body: { transactions: [], ommers: [], withdrawals: [] },
    receipts: [],
  };
}

/**
 * Makes the next block, and changes the state to that after it.
 * @param candidates transactions in their order; those that the state does not allow are left out
 * @param time Unix time, seconds; later than that of the parent
 */
export function buildBlock(
  parent: BlockHeader,
  state: DemoState,
  candidates: readonly DemoTransaction[],
  time: bigint,
): DemoBlock {
  const number = parent.number + 1n;
  const baseFee = nextBaseFee(parent);
  const included: DemoTransaction[] = [];
  const receipts: Receipt[] = [];
  let gasUsed = 0n;
  for (const transaction of candidates) {
    if (included.length >= MAX_TRANSACTIONS || gasUsed + gasOf(transaction) > parent.gasLimit) break;
    if (!isExecutable(transaction, state, baseFee)) continue;
    gasUsed += execute(transaction, state, baseFee);
    included.push(transaction);
    const logs = logsOf(transaction);
    receipts.push({ type: DEMO_TYPE, postStateOrStatus: Uint8Array.of(1), cumulativeGas: gasUsed, logs });
  }
  const body: BlockBody = {
    transactions: included.map(({ encoded }) => transactionItem(encoded)),
    ommers: [],
    withdrawals: [withdraw(number, state)],
  };
  const encoded = encodeHeader({
    parent,
    number,
    baseFee,
    gasUsed,
    time,
    body,
    receipts,
    stateRoot: state.root(),
  });
  return { header: decodeHeader(encoded), encoded, body, receipts };
}

/** Whether a transaction can be in the next block. */
function isExecutable(transaction: DemoTransaction, state: DemoState, baseFee: bigint): boolean {
  const { sender, nonce, value, to, gasLimit, maxFee } = transaction;
  const account = state.account(sender);
  return (
    nonce === account.nonce &&
    maxFee >= baseFee &&
    gasLimit >= gasOf(transaction) &&
    account.balance >= value + gasLimit * maxFee &&
    state.accepts(to) &&
    state.accepts(COINBASE)
  );
}

/** @returns the gas that was used */
function execute(transaction: DemoTransaction, state: DemoState, baseFee: bigint): bigint {
  const { sender, to, value, maxFee, maxPriorityFee } = transaction;
  const gas = gasOf(transaction);
  const tip = maxFee - baseFee < maxPriorityFee ? maxFee - baseFee : maxPriorityFee;
  state.charge(sender, value + gas * (baseFee + tip));
  if (value > 0n) state.credit(to, value);
  if (tip > 0n) state.credit(COINBASE, gas * tip);
  return gas;
}

/** What the token logs: receiver and amount are the first two words of the data. */
function logsOf({ to, sender, data }: DemoTransaction): readonly ReceiptLog[] {
  if (!equalBytes(to, TOKEN_ADDRESS)) return [];
  const words = new Uint8Array(2 * WORD);
  words.set(data.subarray(0, 2 * WORD));
  const topics = [TRANSFER_TOPIC, wordOf(sender), words.slice(0, WORD)];
  return [{ address: TOKEN_ADDRESS, topics, data: words.slice(WORD) }];
}

/** An address as a word of 32 bytes. */
export function wordOf(address: Uint8Array): Uint8Array {
  return concatBytes(new Uint8Array(WORD - address.length), address);
}

/** Gives a wallet the withdrawal of the block. @returns its encoding (EIP-4895) */
function withdraw(number: bigint, state: DemoState): Uint8Array {
  const validator = Number(number % BigInt(DEMO_WALLETS.length));
  const { address = COINBASE } = DEMO_WALLETS[validator] ?? {};
  state.credit(address, WITHDRAWAL_GWEI * GWEI);
  return encodeRlp([number - 1n, validator, address, WITHDRAWAL_GWEI]);
}

/** @see https://eips.ethereum.org/EIPS/eip-1559 */
function nextBaseFee({ baseFee = 0n, gasLimit, gasUsed }: BlockHeader): bigint {
  const target = gasLimit / ELASTICITY;
  if (gasUsed > target) {
    const rise = (baseFee * (gasUsed - target)) / target / FEE_CHANGE;
    return baseFee + (rise > 0n ? rise : 1n);
  }
  return baseFee - (baseFee * (target - gasUsed)) / target / FEE_CHANGE;
}

interface HeaderParts extends Pick<DemoBlock, 'body' | 'receipts'> {
  readonly parent: BlockHeader;
  readonly number: bigint;
  readonly baseFee: bigint;
  readonly gasUsed: bigint;
  readonly time: bigint;
  readonly stateRoot: Uint8Array;
}

function encodeHeader(parts: HeaderParts): Uint8Array {
  const { parent, number, baseFee, gasUsed, time, body, receipts, stateRoot } = parts;
  const { transactionsRoot, ommersHash, withdrawalsRoot = new Uint8Array(0) } = bodyRootsOf(body);
  const bloom = bloomOf(receipts.flatMap(({ logs }) => logs));
  const fields: RlpInput[] = [parent.hash, ommersHash, COINBASE, stateRoot, transactionsRoot];
  fields.push(receiptsRootOf(receipts), bloom, 0n, number, parent.gasLimit, gasUsed, time, EXTRA_DATA);
  // The random value, and since Cancun the root of the consensus block, of which the demo has neither.
  fields.push(keccak256(parent.mixHash), new Uint8Array(8), baseFee, withdrawalsRoot);
  if (time >= CANCUN_TIME) fields.push(0n, 0n, keccak256(parent.hash));
  return encodeRlp(fields);
}
