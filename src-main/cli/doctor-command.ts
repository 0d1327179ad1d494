import { Argument, Option, type Command } from 'commander';
import { doctorJson, doctorMarkdown } from '../../shared/doctor-report.ts';
import { DOCTOR_MAX_INPUT, type DoctorResult } from '../../shared/model/doctor.ts';
import { ownClientName } from '../app/client-name.ts';
import { OptionError } from '../app/launch-options.ts';
import { hasAddressFor, machineFamilies } from '../app/machine-reach.ts';
import { loadNetwork } from '../app/network-selection.ts';
import { bytesToHex } from '../base/bytes.ts';
import { checkListedIp, parseNetList } from '../base/ip.ts';
import { Log } from '../base/log.ts';
import type { Logger } from '../base/runtime.ts';
import { generatePrivateKey, publicKeyOf } from '../base/secp256k1.ts';
import { systemClock, systemRandom } from '../base/system-runtime.ts';
import { PUBLIC_NETWORK_NAMES, type PublicNetworkName } from '../chain/networks.ts';
import { createDiscovery } from '../compose/discovery.ts';
import { doctorBase, doctorDiscovery, doctorIdentity } from '../compose/doctor.ts';
import { openTemporaryRecord } from '../compose/record.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { MemoryNodeDatabase } from '../discovery/table/memory-node-database.ts';
import { Examination } from '../doctor/examination.ts';
import { createGenesisChain } from '../eth/genesis-chain.ts';
import { NO_EVENTS } from '../events/event-bus.ts';
import { nodeIdOf } from '../node-record/node-id.ts';
import { readKeyFile } from '../store/identity.ts';
import type { Choose, ToolContext, ToolResult } from './launch.ts';

/** Exit code of each result; 2 is also that of a bad option. */
const EXIT_CODES: Readonly<Record<DoctorResult, number>> = { peer: 0, 'no-peer': 1, 'not-tested': 2 };

/** The sockets of a test: all addresses, any free port. */
const LISTEN_AT = ['0.0.0.0', '::'];

interface DoctorOptions {
  readonly network: PublicNetworkName;
  readonly genesis?: string;
  readonly netrestrict?: string;
  readonly nodekey?: string;
  readonly special?: boolean;
  readonly own?: boolean;
  readonly json?: boolean;
}

/**
 * Adds `doctor NODE`: it tests a node step by step and prints the report. It opens its own sockets and reads no data folder,
 * so that a node may run at the same time. Exit codes: 0 it would be a peer, 1 it would not, 2 it could not be tested. The
 * tool throws OptionError, StoreError and NetworkError.
 */
export function addDoctorCommand(root: Command, choose: Choose): void {
  root
    .command('doctor')
    .description('test a node step by step, and tell why it is or is not a peer')
    .addArgument(new Argument('<node>', 'enode URL or ENR'))
    .addOption(
      new Option('--network <name>', 'network that the node should be on')
        .choices([...PUBLIC_NETWORK_NAMES])
        .default('mainnet'),
    )
    .addOption(new Option('--genesis <file>', 'genesis.json of a private network, instead of --network'))
    .addOption(new Option('--netrestrict <networks>', 'send packets only to these networks (CIDR)'))
    .addOption(new Option('--nodekey <file>', 'node key to test with; a new one by default'))
    .addOption(new Option('--special', 'contact a private or special-purpose address'))
    .addOption(new Option('--own', 'include the facts that tell who or where this machine is'))
    .addOption(new Option('--json', 'print the report as JSON instead of Markdown'))
    .action((node: string, options: DoctorOptions) => {
      choose({ kind: 'tool', tool: (context) => testNode(node, options, context) });
    });
}

async function testNode(node: string, options: DoctorOptions, context: ToolContext): Promise<ToolResult> {
  const text = node.trim();
  if (text === '' || text.length > DOCTOR_MAX_INPUT) {
    throw new OptionError(`A node has 1 to ${String(DOCTOR_MAX_INPUT)} characters.`);
  }
  const privateKey = await keyOf(options);
  const logger = new Log(systemClock, context.logSinks, 'warn').logger('doctor');
  const discovery = await openDiscovery(privateKey, options, logger);
  try {
    await discovery.start();
    const test = await createTest(text, privateKey, discovery, options, logger);
    const signal = context.interruption();
    signal.addEventListener('abort', () => {
      test.stop();
    });
    const report = await test.run();
    const own = { own: options.own ?? false };
    return {
      text: options.json === true ? doctorJson(report, own) : doctorMarkdown(report, own),
      exitCode: EXIT_CODES[report.verdict?.result ?? 'not-tested'],
    };
  } finally {
    await discovery.stop();
  }
}

async function keyOf({ nodekey }: DoctorOptions): Promise<Uint8Array> {
  return nodekey === undefined ? generatePrivateKey(systemRandom) : (await readKeyFile(nodekey)).privateKey;
}

async function createTest(
  text: string,
  privateKey: Uint8Array,
  discovery: Discovery,
  options: DoctorOptions,
  logger: Logger,
): Promise<Examination> {
  const [clock, random] = [systemClock, systemRandom];
  const network = await loadNetwork({
    ...{ network: options.network, genesis: options.genesis ?? null },
    ...{ networkId: null, forkOverrides: [] },
  });
  const chain = createGenesisChain(network, clock);
  const allowed = parseNetList(options.netrestrict ?? '');
  const environment = {
    ...doctorBase({ clock, random, logger, chain, network }),
    policy: {
      ownIdHex: bytesToHex(nodeIdOf(publicKeyOf(privateKey))),
      allows: allowsOf(options),
      banOf: () => undefined,
      needsConsent: (ip: string) => checkListedIp(ip, allowed, LISTEN_AT) !== undefined,
      ...{ hasAddressFor, families: machineFamilies },
    },
    identity: doctorIdentity({
      ...{ privateKey, chain },
      clientName: () => ownClientName(undefined),
      listenPort: () => 0,
    }),
    discovery: () => doctorDiscovery(discovery),
    known: () => undefined,
    sessionAgeMs: () => undefined,
  };
  return new Examination(environment, { id: '1', text, special: options.special ?? false });
}

/** Discovery without bootnodes: it sends packets to the tested node only. */
async function openDiscovery(
  privateKey: Uint8Array,
  options: DoctorOptions,
  logger: Logger,
): Promise<Discovery> {
  const [clock, random] = [systemClock, systemRandom];
  const discovery = createDiscovery({
    addresses: LISTEN_AT.map((ip) => ({ ip, port: 0 })),
    protocols: ['v4', 'v5'],
    ...{ privateKey, clock, random, logger },
    local: await openTemporaryRecord(privateKey, clock),
    database: new MemoryNodeDatabase(clock, random),
    events: NO_EVENTS,
    allows: allowsOf(options),
  });
  await discovery.open();
  return discovery;
}

function allowsOf({ netrestrict }: DoctorOptions): (ip: string) => boolean {
  const allowed = parseNetList(netrestrict ?? '');
  return (ip) => netrestrict === undefined || allowed.contains(ip);
}
