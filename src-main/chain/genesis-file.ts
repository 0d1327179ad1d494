/**
 * Custom networks from the genesis.json of go-ethereum (core/genesis.go, params/config.go): chain id and forks from its
 * config, the genesis hash from its header and the state root of its allocation.
 */
import { bigintToBytes } from '../leaf/bytes.ts';
import { keccak256 } from '../leaf/keccak.ts';
import { normalizeForks } from './fork-id.ts';
import { GenesisError, parseGenesisJson, type FieldReader } from './genesis-fields.ts';
import { genesisStateRoot } from './genesis-state.ts';
import { encodeGenesisHeader, type GenesisHeader } from './header.ts';
import { INITIAL_BASE_FEE, type Network } from './networks.ts';

/** BOUNDED: characters of a genesis file; mainnet's with all its accounts is under 1 MB. */
const MAX_GENESIS_TEXT = 64 * 1024 * 1024;

/** Gas limit where the file has 0 (geth params.GenesisGasLimit). */
const DEFAULT_GAS_LIMIT = 4_712_388n;

/** A fork that a configuration may name. */
interface ForkField {
  readonly name: string;
  /** Whether later forks may be set without it. */
  readonly optional: boolean;
}

const mandatory = (name: string): ForkField => ({ name, optional: false });
const optional = (name: string): ForkField => ({ name, optional: true });

/** The forks by block in the order in which they must come (geth params/config.go CheckConfigForkOrder). */
const BLOCK_FORKS: readonly ForkField[] = [
  mandatory('homesteadBlock'),
  optional('daoForkBlock'),
  mandatory('eip150Block'),
  mandatory('eip155Block'),
  mandatory('eip158Block'),
  mandatory('byzantiumBlock'),
  mandatory('constantinopleBlock'),
  optional('petersburgBlock'),
  mandatory('istanbulBlock'),
  optional('muirGlacierBlock'),
  mandatory('berlinBlock'),
  mandatory('londonBlock'),
  optional('arrowGlacierBlock'),
  optional('grayGlacierBlock'),
  optional('mergeNetsplitBlock'),
];

/** The forks by time. */
const TIME_FORKS: readonly ForkField[] = [
  mandatory('shanghaiTime'),
  optional('cancunTime'),
  optional('pragueTime'),
  optional('osakaTime'),
  optional('ubtTime'),
  optional('bpo1Time'),
  optional('bpo2Time'),
  optional('bpo3Time'),
  optional('bpo4Time'),
  optional('bpo5Time'),
  optional('amsterdamTime'),
  optional('bogotaTime'),
];

/**
 * The network that a genesis file describes; its network id is its chain id.
 * @throws GenesisError naming the field that is wrong
 */
export async function networkFromGenesis(jsonText: string): Promise<Network> {
  if (jsonText.length > MAX_GENESIS_TEXT) throw new GenesisError('', 'is larger than 64 MiB');
  const genesis = parseGenesisJson(jsonText);
  const config = genesis.requiredObject('config');
  const chainId = config.requiredUint('chainId', 256);
  const blocks = readForks(config, BLOCK_FORKS);
  const times = readForks(config, TIME_FORKS);
  checkOrder(config, blocks, times);
  const header = await readHeader(genesis, blocks, times);
  const genesisHeaderRlp = encodeGenesisHeader(header);
  return {
    name: 'custom',
    networkId: chainId,
    chainId,
    genesisHash: keccak256(genesisHeaderRlp),
    genesisTime: header.time,
    genesisHeaderRlp,
    forkBlocks: normalizeForks(blocks.values(), 0n),
    forkTimes: normalizeForks(times.values(), header.time),
    bootnodes: [],
    dnsTree: undefined,
  };
}

type Forks = ReadonlyMap<string, bigint>;

function readForks(config: FieldReader, forks: readonly ForkField[]): Forks {
  const found = new Map<string, bigint>();
  for (const { name } of forks) {
    const value = config.uint(name, 64);
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

/** Forks must come in their order, and none but the optional ones may be left out before another. */
function checkOrder(config: FieldReader, blocks: Forks, times: Forks): void {
  checkSequence(config, BLOCK_FORKS, blocks, times.size > 0);
  checkSequence(config, TIME_FORKS, times, false);
}

function checkSequence(config: FieldReader, forks: readonly ForkField[], values: Forks, more: boolean): void {
  let previous: { name: string; value: bigint } | undefined;
  let missing: string | undefined;
  for (const { name, optional: mayMiss } of forks) {
    const value = values.get(name);
    if (value === undefined) {
      if (!mayMiss) missing ??= name;
      continue;
    }
    if (missing !== undefined) throw config.problem(missing, `is missing, although ${name} is set`);
    if (previous !== undefined && value < previous.value) {
      throw config.problem(
        name,
        `comes before ${previous.name} (${String(value)} < ${String(previous.value)})`,
      );
    }
    previous = { name, value };
  }
  if (more && missing !== undefined)
    throw config.problem(missing, 'is missing, although forks by time are set');
}

async function readHeader(genesis: FieldReader, blocks: Forks, times: Forks): Promise<GenesisHeader> {
  const number = genesis.uint('number', 64) ?? 0n;
  const time = genesis.uint('timestamp', 64) ?? 0n;
  const gasLimit = genesis.requiredUint('gasLimit', 64);
  const london = (blocks.get('londonBlock') ?? -1n) === 0n;
  const inForce = (fork: string): boolean => london && (times.get(fork) ?? time + 1n) <= time;
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
