import { isIP } from 'node:net';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CrawlStatus } from '../../shared/model/crawl.ts';
import { TABLE_PROTOCOLS, type TableProtocol } from '../../shared/model/table.ts';
import { createForkFilter } from '../chain/fork-id.ts';
import { wallClockPosition } from '../chain/head.ts';
import { PUBLIC_NETWORK_NAMES, type PublicNetworkName } from '../chain/networks.ts';
import { composeNetwork } from '../compose/network.ts';
import { CRAWL_PARALLEL, Crawler } from '../crawl/crawler.ts';
import type { NodeSet } from '../crawl/node-set.ts';
import { Discovery } from '../discovery/discovery.ts';
import { MemoryNodeDatabase } from '../discovery/table/memory-node-database.ts';
import { parseDuration } from './duration-text.ts';
import { systemLookUpHost, withTimeout } from '../base/host-lookup.ts';
import { checkListedIp, ipFamily, isUnspecified, parseNetList, type RelayRefusal } from '../base/ip.ts';
import { Scope } from '../base/lifecycle.ts';
import { Log } from '../base/log.ts';
import type { LogSink } from '../base/log.ts';
import { generatePrivateKey, publicKeyOf } from '../base/secp256k1.ts';
import { systemClock, systemRandom } from '../base/system-runtime.ts';
import { systemDatagramTransport } from '../base/udp.ts';
import { LocalRecord } from '../node-record/local-record.ts';
import { parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { readNodeSetFile, writeNodeSetFile } from './node-set-file.ts';
import { OptionError } from '../app/launch-options.ts';
import { splitNodeTexts } from '../../shared/node-texts.ts';
import { describeError } from '../base/errors.ts';
import { parseList } from './setting-options.ts';

const USAGE = 'Say where to keep the nodes: crawl FILE.';

/** How often progress is told, milliseconds (go-ethereum cmd/devp2p/crawl.go). */
const PROGRESS_MS = 8_000;

/** How often the file is brought in step, milliseconds: what was found outlives a crash but for the last minute. */
const SAVE_MS = 60_000;

/** Nodes of the file that the walk begins at, besides the bootnodes. */
const KNOWN_STARTS = 64;

/** The program around a crawl. */
export interface CrawlSurroundings {
  /** Aborts when the user has seen enough. */
  readonly signal: AbortSignal;
  /** Takes a line of progress. */
  readonly say: (line: string) => void;
  readonly logSinks: readonly LogSink[];
}

interface CrawlOptions {
  readonly protocol: TableProtocol;
  readonly timeout: string;
  readonly parallel: string;
  readonly network: PublicNetworkName;
  readonly genesis?: string;
  readonly bootnodes?: string;
  readonly addr: readonly string[];
  readonly port: string;
  readonly netrestrict?: string;
}

/**
 * `enodeck crawl FILE`: walks through the network and keeps who answers in nodes.json, as the devp2p tool does. It has
 * sockets, a key and a database of its own for the time, so that a node may run beside it.
 * @param args behind `crawl`
 * @returns what to print
 * @throws OptionError, NetworkError in one sentence
 */
export async function runCrawl(args: readonly string[], surroundings: CrawlSurroundings): Promise<string> {
  const printed: string[] = [];
  let task: Promise<string> | undefined;
  const command = createCommand((text) => printed.push(text)).action(
    (file: string, options: CrawlOptions) => {
      task = crawl(file, options, surroundings);
    },
  );
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return printed.join('');
    const reason = error.code === 'commander.missingArgument' ? USAGE : error.message.replace(/^error: /, '');
    throw new OptionError(reason, { cause: error });
  }
  return task === undefined ? printed.join('') : await task;
}

function createCommand(print: (text: string) => void): Command {
  return new Command('enodeck crawl')
    .description('Walks through the network for a time and writes down who answers.')
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => undefined })
    .addArgument(new Argument('<file>', 'nodes.json; what is in it is gone on from'))
    .addOption(new Option('--protocol <name>', 'what to walk by').choices([...TABLE_PROTOCOLS]).default('v4'))
    .addOption(new Option('--timeout <time>', 'how long, such as 90s or 1h30m').default('30m'))
    .addOption(
      new Option('--parallel <number>', 'nodes that are asked at once').default(String(CRAWL_PARALLEL)),
    )
    .addOption(
      new Option('--network <name>', 'whose bootnodes to begin at')
        .choices([...PUBLIC_NETWORK_NAMES])
        .default('mainnet'),
    )
    .addOption(new Option('--genesis <file>', 'genesis.json of a private network, in place of --network'))
    .addOption(new Option('--bootnodes <nodes>', 'enode URLs or records to begin at instead; "" for none'))
    .addOption(
      new Option('--addr <ips>', 'IP addresses to listen on').argParser(addresses).default(['0.0.0.0', '::']),
    )
    .addOption(new Option('--port <number>', 'UDP port; 0 for any').default('0'))
    .addOption(new Option('--netrestrict <networks>', 'speak to addresses of these networks alone'));
}

async function crawl(file: string, options: CrawlOptions, surroundings: CrawlSurroundings): Promise<string> {
  const durationMs = parseDuration(options.timeout);
  const parallel = parseNumber('--parallel', options.parallel, 1, 256);
  const allowed = parseNetList(options.netrestrict ?? '');
  const checkAddress = (ip: string): RelayRefusal | undefined => checkListedIp(ip, allowed, options.addr);
  const known = (await readNodeSetFile(file)) ?? new Map();
  const network = await composeNetwork(false, {
    network: options.network,
    genesis: options.genesis ?? null,
    networkId: null,
    forkOverrides: [],
  });
  const bootnodes =
    options.bootnodes === undefined ? network.bootnodes.map(parseNode) : parseNodes(options.bootnodes);
  if (known.size + bootnodes.length === 0) throw new OptionError('There is no node to begin at.');
  const discovery = await openDiscovery(
    options,
    [...startsOf(known, checkAddress), ...bootnodes],
    surroundings,
  );
  const protocol = discovery[options.protocol];
  try {
    await discovery.start();
    if (protocol === undefined) throw new OptionError(`There is no protocol ${options.protocol}.`);
    const clock = systemClock;
    const filter = createForkFilter(network, () => wallClockPosition(network, clock.now()));
    const crawler = new Crawler({
      protocol: options.protocol,
      discovery: protocol,
      known,
      checkAddress,
      seeds: bootnodes,
      clock,
      durationMs,
      parallel,
      judge: { forkFilter: filter },
    });
    await walk(crawler, file, surroundings);
    return `${summaryOf(crawler.status())}\n`;
  } finally {
    await discovery.stop();
  }
}

/** Runs the crawl to its end, tells of it and keeps the file in step. */
async function walk(crawler: Crawler, file: string, { signal, say }: CrawlSurroundings): Promise<void> {
  const scope = new Scope(systemClock);
  let saving = Promise.resolve();
  const save = (): Promise<void> => (saving = saving.then(() => writeNodeSetFile(file, crawler.nodes)));
  const stop = (): void => crawler.stop();
  signal.addEventListener('abort', stop);
  scope.own(() => signal.removeEventListener('abort', stop));
  scope.every(
    () => PROGRESS_MS,
    () => say(progressOf(crawler.status())),
  );
  scope.every(
    () => SAVE_MS,
    () => {
      save().catch((error: unknown) => say(String(error)));
    },
  );
  const running = crawler.run();
  if (signal.aborted) crawler.stop();
  await running;
  scope.close();
  await saving.catch(() => undefined);
  await writeNodeSetFile(file, crawler.nodes);
}

async function openDiscovery(
  options: CrawlOptions,
  bootnodes: readonly Node[],
  { logSinks }: CrawlSurroundings,
): Promise<Discovery> {
  const [clock, random] = [systemClock, systemRandom];
  const privateKey = generatePrivateKey(random);
  const allowed = parseNetList(options.netrestrict ?? '');
  const port = parseNumber('--port', options.port, 0, 65_535);
  const local = await LocalRecord.open({
    privateKey,
    clock,
    store: { loadSeq: () => Promise.resolve(undefined), saveSeq: () => Promise.resolve() },
    onSaveError: () => undefined,
  });
  const discovery = new Discovery({
    transport: systemDatagramTransport,
    addresses: options.addr.map((ip) => ({ ip, port })),
    protocols: [options.protocol],
    privateKey,
    publicKey: publicKeyOf(privateKey),
    local,
    database: new MemoryNodeDatabase(clock, random),
    clock,
    random,
    events: { emit: () => undefined },
    logger: new Log(clock, logSinks, 'warn').logger('crawl'),
    bootnodes,
    resolveHost: withTimeout(systemLookUpHost, clock),
    allows: (ip) => options.netrestrict === undefined || allowed.contains(ip),
    onExternalAddress: (family, { ip, port: udp }) => local.setEndpoint(family, { ip, udp, tcp: 0 }),
  });
  await discovery.open();
  for (const ip of options.addr.filter((text) => !isUnspecified(text))) {
    const family = ipFamily(ip);
    const at = discovery.socket.local(family);
    if (at !== undefined) local.setEndpoint(family, { ip, udp: at.port, tcp: 0 });
  }
  return discovery;
}

/** Those of the file that answered last. */
function startsOf(known: NodeSet, checkAddress: (ip: string) => RelayRefusal | undefined): readonly Node[] {
  return [...known.values()]
    .filter(({ node: { ip } }) => ip !== undefined && checkAddress(ip) === undefined)
    .sort((a, b) => b.lastResponse - a.lastResponse)
    .slice(0, KNOWN_STARTS)
    .map(({ node }) => node);
}

function progressOf({ nodes, answered, added, silent, removed, endsAt }: CrawlStatus): string {
  const left = Math.max(0, Math.round((endsAt - systemClock.now()) / 1_000));
  const counts = [`${String(nodes)} nodes`, `${String(answered)} answers`, `${String(added)} new`];
  counts.push(`${String(silent)} silent`, `${String(removed)} dropped`, `${String(left)} s left`);
  return `Crawling: ${counts.join(', ')}`;
}

function summaryOf(status: CrawlStatus): string {
  const forks = status.byFork.map(
    ({ fork, ours, count }) => `  ${fork}${ours ? ' (this network)' : ''}: ${String(count)}`,
  );
  return [`Set contains ${String(status.nodes)} nodes, ${String(status.added)} of them new.`, ...forks].join(
    '\n',
  );
}

function addresses(text: string): string[] {
  const ips = parseList(text);
  if (ips.length === 0 || ips.some((ip) => isIP(ip) === 0)) {
    throw new InvalidArgumentError('It must be one IP address of each family at most.');
  }
  return ips;
}

function parseNodes(text: string): readonly Node[] {
  return splitNodeTexts(text).map(({ text: item }) => {
    try {
      return parseNode(item);
    } catch (cause) {
      const reason = `${item.slice(0, 60)}: ${describeError(cause)}`;
      throw new OptionError(`The option --bootnodes is not valid: ${reason}.`, { cause });
    }
  });
}

function parseNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new OptionError(`The option ${name} must be a whole number from ${String(min)} to ${String(max)}.`);
}
