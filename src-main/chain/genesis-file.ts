/**
 * Reads a custom network from go-ethereum's genesis.json (core/genesis.go, params/config.go): chain ID and forks from its
 * config; the genesis hash from its header fields and its allocation.
 */
import { formatNumber } from '../../shared/format.ts';
import { bigintToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import { decodeText, textEncodingOf } from '../base/text-encoding.ts';
import { normalizeForks } from './fork-id.ts';
import {
  BLOCK_FORK_NAMES,
  BLOCK_FORKS,
  forkOrderFault,
  TIME_FORK_NAMES,
  TIME_FORKS,
  type BlockForkName,
  type TimeForkName,
} from './forks.ts';
import { GenesisError, parseGenesisJson, type FieldReader } from './genesis-fields.ts';
import { genesisStateRoot } from './genesis-state.ts';
import { encodeGenesisHeader, type GenesisHeader } from './header.ts';
import { INITIAL_BASE_FEE, type Network } from './networks.ts';

/** BOUNDED: bytes of a genesis file, or characters of its text; that of mainnet has 0.7 MB. */
export const MAX_GENESIS_BYTES = 1_048_576;

/** Gas limit where the file has 0 (geth params.GenesisGasLimit). */
const DEFAULT_GAS_LIMIT = 4_712_388n;

/** Bytes of clique's extra data without signers: vanity and signature (https://eips.ethereum.org/EIPS/eip-225). */
const CLIQUE_EXTRA_SIZE = 32 + 65;

/**
 * The network of a genesis file. Its network ID is the chain ID.
 * @param content the bytes of the file, in UTF-8 or UTF-16, or its text
 * @throws GenesisError with the invalid field
 */
export async function networkFromGenesis(content: string | Uint8Array): Promise<Network> {
  if (content.length > MAX_GENESIS_BYTES) {
    throw new GenesisError('', `is larger than ${formatNumber(MAX_GENESIS_BYTES)} bytes`);
  }
  const genesis = parseGenesisJson(typeof content === 'string' ? content : textOfFile(content));
  refuseOtherForms(genesis);
  const config = genesis.requiredObject('config');
  const chainId = config.configUint('chainId', 256);
  if (chainId === undefined) throw config.problem('chainId', 'is missing');
  const blocks = readForks(config, BLOCK_FORK_NAMES);
  const times = readForks(config, TIME_FORK_NAMES);
  checkForks(config, blocks, times, genesis.uint('timestamp', 64) ?? 0n);
  refuseUnknownRules(genesis, config);
  const header = await readHeader(genesis, blocks, times);
  const genesisHeaderRlp = encodeGenesisHeader(header);
  return {
    name: 'custom',
    networkId: chainId,
    chainId,
    genesisHash: keccak256(genesisHeaderRlp),
    genesisTime: header.time,
    genesisHeaderRlp,
    configured: { blocks, times },
    forkBlocks: normalizeForks(Object.values(blocks), 0n),
    forkTimes: normalizeForks(Object.values(times), header.time),
    bootnodes: [],
    dnsTree: undefined,
  };
}

function textOfFile(bytes: Uint8Array): string {
  try {
    return decodeText(bytes, true);
  } catch (cause) {
    throw new GenesisError('', `is not text in ${textEncodingOf(bytes).toUpperCase()}`, { cause });
  }
}

/** Recognizes the chainspec of Nethermind, Parity and OpenEthereum, which is another format. @throws GenesisError */
function refuseOtherForms(genesis: FieldReader): void {
  if (genesis.has('config')) return;
  const isChainspec = genesis.has('engine') && genesis.has('params');
  if (isChainspec || (genesis.has('genesis') && genesis.has('accounts')))
    throw new GenesisError(
      '',
      "cannot be read: This is a Nethermind chainspec; geth's genesis.json is needed (the chainspec of Parity and OpenEthereum has this form too)",
    );
}

/** Refuses what geth refuses too, and rules that would change the genesis hash. @throws GenesisError */
function refuseUnknownRules(genesis: FieldReader, config: FieldReader): void {
  if ((genesis.uint('number', 64) ?? 0n) !== 0n)
    throw genesis.problem('number', 'must be 0 in a genesis block');
  if (config.isTrue('enableUBTAtGenesis'))
    throw config.problem('enableUBTAtGenesis', 'is set: a state in a binary tree is not supported');
  const signers = genesis.bytes('extraData') ?? new Uint8Array(0);
  if (config.has('clique') && signers.length < CLIQUE_EXTRA_SIZE)
    throw genesis.problem('extraData', 'has no signers, which clique needs');
}

const AFTER_LONDON = BLOCK_FORK_NAMES.slice(BLOCK_FORK_NAMES.indexOf('londonBlock') + 1);

type Forks<Name extends string> = Readonly<Partial<Record<Name, bigint>>>;

function readForks<Name extends string>(config: FieldReader, names: readonly Name[]): Forks<Name> {
  const found = names.map((name) => [name, config.configUint(name, 64)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Forks<Name>;
}

/**
 * Checks that the forks are in order, and that no mandatory fork is missing before a later one. A later fork at the genesis
 * block activates the earlier ones too: files of Besu have only the last of them, which geth refuses.
 * @throws GenesisError
 */
function checkForks(
  config: FieldReader,
  blocks: Forks<BlockForkName>,
  times: Forks<TimeForkName>,
  genesisTime: bigint,
): void {
  const missing = missingFork(config, BLOCK_FORKS, blocks, 0n);
  if (missing !== undefined && Object.keys(times).length > 0)
    throw config.problem(missing, 'is missing, although forks by time are set');
  missingFork(config, TIME_FORKS, times, genesisTime);
  // Only this fork gives the header a base fee.
  const [afterLondon] = [...AFTER_LONDON.filter((name) => blocks[name] !== undefined), ...Object.keys(times)];
  if (blocks.londonBlock === undefined && afterLondon !== undefined)
    throw config.problem('londonBlock', `is missing, although ${afterLondon} is set`);
  const fault = forkOrderFault(BLOCK_FORK_NAMES, blocks) ?? forkOrderFault(TIME_FORK_NAMES, times);
  if (fault === undefined) return;
  const { name, value, previous } = fault;
  throw config.problem(name, `comes before ${previous.name} (${String(value)} < ${String(previous.value)})`);
}

/** The first missing mandatory fork; undefined for none. @throws GenesisError when a later fork after genesis is set */
function missingFork<Name extends string>(
  config: FieldReader,
  forks: Readonly<Record<Name, 'mandatory' | 'optional'>>,
  values: Forks<Name>,
  genesisAt: bigint,
): Name | undefined {
  let missing: Name | undefined;
  for (const name of Object.keys(forks) as Name[]) {
    const value = values[name];
    if (value === undefined) {
      if (forks[name] === 'mandatory') missing ??= name;
    } else if (value <= genesisAt) {
      missing = undefined;
    } else if (missing !== undefined) {
      throw config.problem(missing, `is missing, although ${name} is set`);
    }
  }
  return missing;
}

async function readHeader(
  genesis: FieldReader,
  blocks: Forks<BlockForkName>,
  times: Forks<TimeForkName>,
): Promise<GenesisHeader> {
  const number = genesis.uint('number', 64) ?? 0n;
  const time = genesis.uint('timestamp', 64) ?? 0n;
  const gasLimit = genesis.requiredUint('gasLimit', 64);
  const london = blocks.londonBlock === 0n;
  const isActive = (fork: TimeForkName): boolean => london && (times[fork] ?? time + 1n) <= time;
  const excessBlobGas = genesis.uint('excessBlobGas', 64);
  return {
    parentHash: genesis.fixedBytes('parentHash', 32) ?? new Uint8Array(32),
    coinbase: genesis.fixedBytes('coinbase', 20) ?? new Uint8Array(20),
    difficulty: genesis.requiredUint('difficulty', 256),
    number,
    gasLimit: gasLimit === 0n ? DEFAULT_GAS_LIMIT : gasLimit,
    gasUsed: genesis.uint('gasUsed', 64) ?? 0n,
    time,
    extraData: genesis.bytes('extraData') ?? new Uint8Array(0),
    mixHash: genesis.fixedBytes('mixHash', 32) ?? new Uint8Array(32),
    nonce: bigintToBytes(genesis.uint('nonce', 64) ?? 0n, 8),
    baseFee: genesis.uint('baseFeePerGas', 256) ?? (london ? INITIAL_BASE_FEE : undefined),
    // Shanghai is mandatory before the others: when it is missing, any later fork activates it.
    withdrawals: TIME_FORK_NAMES.some(isActive),
    blobGas: isActive('cancunTime')
      ? { used: genesis.uint('blobGasUsed', 64) ?? 0n, excess: excessBlobGas ?? 0n }
      : undefined,
    excessBlobGasAlone: isActive('cancunTime') ? undefined : excessBlobGas,
    requests: isActive('pragueTime'),
    blockAccessList: isActive('amsterdamTime') ? { slot: genesis.uint('slotNumber', 64) ?? 0n } : undefined,
    stateRoot: await genesisStateRoot(genesis.requiredObject('alloc')),
  };
}
