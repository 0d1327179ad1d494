/**
 * Custom networks from the genesis.json of go-ethereum (core/genesis.go, params/config.go): chain id and forks from its
 * config, the genesis hash from its header and the state root of its allocation.
 */
import { bigintToBytes } from '../leaf/bytes.ts';
import { keccak256 } from '../leaf/keccak.ts';
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

/** BOUNDED: characters of a genesis file; mainnet's with all its accounts is under 1 MB. */
const MAX_GENESIS_TEXT = 64 * 1024 * 1024;

/** Gas limit where the file has 0 (geth params.GenesisGasLimit). */
const DEFAULT_GAS_LIMIT = 4_712_388n;

/**
 * The network that a genesis file describes; its network id is its chain id.
 * @throws GenesisError naming the field that is wrong
 */
export async function networkFromGenesis(jsonText: string): Promise<Network> {
  if (jsonText.length > MAX_GENESIS_TEXT) throw new GenesisError('', 'is larger than 64 MiB');
  const genesis = parseGenesisJson(jsonText);
  const config = genesis.requiredObject('config');
  const chainId = config.requiredUint('chainId', 256);
  const blocks = readForks(config, BLOCK_FORK_NAMES);
  const times = readForks(config, TIME_FORK_NAMES);
  checkForks(config, blocks, times);
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

type Forks<Name extends string> = Readonly<Partial<Record<Name, bigint>>>;

function readForks<Name extends string>(config: FieldReader, names: readonly Name[]): Forks<Name> {
  const found = names.map((name) => [name, config.uint(name, 64)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Forks<Name>;
}

/** Forks must come in their order, and none but the optional ones may be left out before another. */
function checkForks(config: FieldReader, blocks: Forks<BlockForkName>, times: Forks<TimeForkName>): void {
  const missing = gapIn(config, BLOCK_FORKS, blocks);
  if (missing !== undefined && Object.keys(times).length > 0)
    throw config.problem(missing, 'is missing, although forks by time are set');
  gapIn(config, TIME_FORKS, times);
  const fault = forkOrderFault(BLOCK_FORK_NAMES, blocks) ?? forkOrderFault(TIME_FORK_NAMES, times);
  if (fault === undefined) return;
  const { name, value, previous } = fault;
  throw config.problem(name, `comes before ${previous.name} (${String(value)} < ${String(previous.value)})`);
}

/** The first mandatory fork that is not set. @throws GenesisError when a later one is */
function gapIn<Name extends string>(
  config: FieldReader,
  forks: Readonly<Record<Name, 'mandatory' | 'optional'>>,
  values: Forks<Name>,
): Name | undefined {
  let missing: Name | undefined;
  for (const name of Object.keys(forks) as Name[]) {
    if (values[name] === undefined) {
      if (forks[name] === 'mandatory') missing ??= name;
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
  const inForce = (fork: TimeForkName): boolean => london && (times[fork] ?? time + 1n) <= time;
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
    withdrawals: inForce('shanghaiTime'),
    blobGas: inForce('cancunTime')
      ? { used: genesis.uint('blobGasUsed', 64) ?? 0n, excess: genesis.uint('excessBlobGas', 64) ?? 0n }
      : undefined,
    requests: inForce('pragueTime'),
    blockAccessList: inForce('amsterdamTime') ? { slot: genesis.uint('slotNumber', 64) ?? 0n } : undefined,
    stateRoot: await genesisStateRoot(genesis.requiredObject('alloc')),
  };
}
