import { isIP } from 'node:net';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { formatQuantity } from '../../shared/format.ts';
import type { CrawlStatus } from '../../shared/model/crawl.ts';
import { TABLE_PROTOCOLS, type TableProtocol } from '../../shared/model/table.ts';
import { createForkFilter } from '../chain/fork-id.ts';
import { wallClockPosition } from '../chain/head.ts';
import { PUBLIC_NETWORK_NAMES, type PublicNetworkName } from '../chain/networks.ts';
import { loadNetwork } from '../app/network-selection.ts';
import { createDiscovery } from '../compose/discovery.ts';
import { openTemporaryRecord } from '../compose/record.ts';
import { CRAWL_PARALLEL, Crawler } from '../crawl/crawler.ts';
import type { NodeSet } from '../crawl/node-set.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { MemoryNodeDatabase } from '../discovery/table/memory-node-database.ts';
import { NO_EVENTS } from '../events/event-bus.ts';
import { parseDuration } from './duration-text.ts';
import { systemLookUpHost, withTimeout } from '../base/host-lookup.ts';
import { checkListedIp, ipFamily, isUnspecified, parseNetList, type RelayRefusal } from '../base/ip.ts';
import { Scope } from '../base/lifecycle.ts';
import { Log } from '../base/log.ts';
import { generatePrivateKey } from '../base/secp256k1.ts';
import { systemClock, systemRandom } from '../base/system-runtime.ts';
import { parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { readNodeSetFile, writeNodeSetFile } from './node-set-file.ts';
import { OptionError } from '../app/launch-options.ts';
import type { Choose, ToolContext } from './launch.ts';
import { parseList, parseNodeTexts } from './setting-options.ts';

/** As the devp2p tool, milliseconds. */
const DEFAULT_CRAWL_MS = 30 * 60_000;

const MAX_CRAWL_PARALLEL = 256;

/** Interval of progress lines, milliseconds (go-ethereum cmd/devp2p/crawl.go). */
const PROGRESS_MS = 8_000;

/** Interval of saving, milliseconds: a crash loses the findings of a minute at most. */
const SAVE_MS = 60_000;

/** Nodes of the file that the crawl starts from, in addition to the bootnodes. */
const KNOWN_STARTS = 64;

interface CrawlOptions {
  readonly protocol: TableProtocol;
  /** Milliseconds. */
  readonly timeout: number;
  readonly parallel: number;
  readonly network: PublicNetworkName;
  readonly genesis?: string;
  readonly bootnodes?: string;
  readonly addr: readonly string[];
  readonly port: number;
  readonly netrestrict?: string;
}

/**
 * Adds `crawl FILE`: it crawls the network and keeps the nodes that answer in nodes.json, as the devp2p tool does. It
 * opens its own sockets with its own key, so that a node may run at the same time. The tool throws OptionError and
 * NetworkError.
 */
export function addCrawlCommand(root: Command, choose: Choose): void {
  root
    .command('crawl')
    .description('crawl the network for a time and write the nodes that answer to a file')
    .addArgument(new Argument('<file>', 'nodes.json; the crawl updates an existing file'))
    .addOption(
      new Option('--protocol <name>', 'discovery protocol').choices([...TABLE_PROTOCOLS]).default('v4'),
    )
    .addOption(
      new Option('--timeout <time>', 'duration of the crawl, such as 90s or 1h30m')
        .argParser(parseDuration)
        .default(DEFAULT_CRAWL_MS, '30m'),
    )
    .addOption(
      new Option('--parallel <number>', 'concurrent requests')
        .argParser((text) => parseNumber(text, 1, MAX_CRAWL_PARALLEL))
        .default(CRAWL_PARALLEL),
    )
    .addOption(
      new Option('--network <name>', 'network whose bootnodes the crawl starts from')
        .choices([...PUBLIC_NETWORK_NAMES])
        .default('mainnet'),
    )
    .addOption(new Option('--genesis <file>', 'genesis.json of a private network, instead of --network'))
    .addOption(
      new Option('--bootnodes <nodes>', 'enode URLs or ENRs to start from instead; "" for none').argParser(
        (text) => parseNodeTexts(text).join(','),
      ),
    )
    .addOption(
      new Option('--addr <ips>', 'IP addresses to listen on').argParser(addresses).default(['0.0.0.0', '::']),
    )
    .addOption(
      new Option('--port <number>', 'UDP port; 0 for any free port')
        .argParser((text) => parseNumber(text, 0, 65_535))
        .default(0),
    )
    .addOption(new Option('--netrestrict <networks>', 'send packets only to these networks (CIDR)'))
    .action((file: string, options: CrawlOptions) => {
      choose({ kind: 'tool', tool: (context) => crawl(file, options, context) });
    });
}

async function crawl(file: string, options: CrawlOptions, context: ToolContext): Promise<string> {
  const { timeout: durationMs, parallel } = options;
  const allowed = parseNetList(options.netrestrict ?? '');
  const checkAddress = (ip: string): RelayRefusal | undefined => checkListedIp(ip, allowed, options.addr);
  const known = (await readNodeSetFile(file)) ?? new Map();
  const network = await loadNetwork({
    network: options.network,
    genesis: options.genesis ?? null,
    networkId: null,
    forkOverrides: [],
  });
  const bootnodes =
    options.bootnodes === undefined
      ? network.bootnodes.map(parseNode)
      : parseList(options.bootnodes).map(parseNode);
  if (known.size + bootnodes.length === 0) throw new OptionError('There is no node to start from.');
  const discovery = await openDiscovery(options, [...startsOf(known, checkAddress), ...bootnodes], context);
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
    await runToEnd(crawler, file, context);
    return `${summaryOf(crawler.status())}\n`;
  } finally {
    await discovery.stop();
  }
}

/** Runs the crawl to its end, prints progress, and saves the nodes at intervals. */
async function runToEnd(crawler: Crawler, file: string, { interruption, say }: ToolContext): Promise<void> {
  const scope = new Scope(systemClock);
  const signal = interruption();
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
  { logSinks }: ToolContext,
): Promise<Discovery> {
  const [clock, random] = [systemClock, systemRandom];
  const privateKey = generatePrivateKey(random);
  const allowed = parseNetList(options.netrestrict ?? '');
  const local = await openTemporaryRecord(privateKey, clock);
  const discovery = createDiscovery({
    addresses: options.addr.map((ip) => ({ ip, port: options.port })),
    protocols: [options.protocol],
    privateKey,
    local,
    database: new MemoryNodeDatabase(clock, random),
    clock,
    random,
    events: NO_EVENTS,
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

/** The nodes of the file that answered last. */
function startsOf(known: NodeSet, checkAddress: (ip: string) => RelayRefusal | undefined): readonly Node[] {
  return [...known.values()]
    .filter(({ node: { ip } }) => ip !== undefined && checkAddress(ip) === undefined)
    .sort((a, b) => b.lastResponse - a.lastResponse)
    .slice(0, KNOWN_STARTS)
    .map(({ node }) => node);
}

function progressOf({ nodes, answered, added, silent, removed, endsAt }: CrawlStatus): string {
  const left = Math.max(0, Math.round((endsAt - systemClock.now()) / 1_000));
  const counts = [formatQuantity(nodes, 'node'), formatQuantity(answered, 'answer'), `${String(added)} new`];
  counts.push(`${String(silent)} silent`, `${String(removed)} dropped`, `${String(left)} s left`);
  return `Crawling: ${counts.join(', ')}`;
}

function summaryOf(status: CrawlStatus): string {
  const forks = status.byFork.map(
    ({ fork, ours, count }) => `  ${fork}${ours ? ' (this network)' : ''}: ${String(count)}`,
  );
  return [
    `Set contains ${formatQuantity(status.nodes, 'node')}, ${String(status.added)} of them new.`,
    ...forks,
  ].join('\n');
}

function addresses(text: string): string[] {
  const ips = parseList(text);
  if (ips.length === 0 || ips.some((ip) => isIP(ip) === 0)) {
    throw new InvalidArgumentError('It must be at most one IP address per family.');
  }
  return ips;
}

/** @throws InvalidArgumentError */
function parseNumber(text: string, min: number, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${String(min)} to ${String(max)}.`);
}
