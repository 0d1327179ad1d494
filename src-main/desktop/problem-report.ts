import { canonicalIpText } from '../../shared/ip-text.ts';
import type { AboutFacts } from '../../shared/model/about.ts';
import type { LogLine } from '../../shared/model/log.ts';
import { NODE_LISTS } from '../../shared/model/node-list.ts';
import type { ReportFile } from '../../shared/model/problem-report.ts';
import { TABLE_PROTOCOLS } from '../../shared/model/table.ts';
import { readRpcAddress } from '../../shared/rpc-address-text.ts';
import type { SettingKey } from '../../shared/settings-table.ts';
import type { ApiBackend } from '../api/backend.ts';
import { logText } from '../base/log-formats.ts';
import { Redactor } from './redaction.ts';

/** BOUNDED: lines of the log, and characters of one line. */
const MAX_LINES = 2_000;
const MAX_LINE = 2_000;

/** What the report reads of the node. */
export type ReportedBackend = Pick<
  ApiBackend,
  | 'status'
  | 'settings'
  | 'lists'
  | 'bans'
  | 'peers'
  | 'discovery'
  | 'dials'
  | 'trafficNow'
  | 'logs'
  | 'events'
>;

/** What the report knows besides the node. */
export interface ReportSurroundings {
  readonly about: AboutFacts;
  /** Keeps IP addresses, names of hosts and of this node, and node IDs. */
  readonly addresses: boolean;
  /** The page's address with its token, where it is served over HTTP. */
  readonly pageUrl: string | undefined;
  readonly home: string;
  readonly hostName: string;
  /** Unix milliseconds. */
  readonly now: number;
}

/** The files of a diagnostic bundle, without secrets. Reads what the window shows too; nothing is written or sent. */
export function problemReport(backend: ReportedBackend, around: ReportSurroundings): readonly ReportFile[] {
  const { about, addresses } = around;
  const status = backend.status();
  const redactor = new Redactor({
    addresses,
    secrets: secretsOf(around.pageUrl),
    publicHex: publicHexOf(backend, addresses),
    names: [around.hostName, ...namesOf(backend)],
    home: around.home,
  });
  const file = (name: string, text: string): ReportFile => ({ name, text: redactor.redact(text) });
  return [
    file('readme.txt', readmeOf(around, CONTENTS)),
    // Nothing in it names the machine or its user, and a version can look like an IP address.
    { name: 'versions.json', text: jsonOf(about) },
    file('settings.json', jsonOf(settingsOf(backend))),
    file('status.json', jsonOf(status)),
    file('counters.json', jsonOf(countersOf(backend))),
    file(
      'events.txt',
      linesOf(backend.events.all(), (line) => jsonOf(line, 0)),
    ),
    file('log.txt', linesOf<LogLine>(backend.logs.all(), logText)),
  ];
}

/** The files of a diagnostic bundle after a start that was refused, when the node's data is not open. */
export function refusedStartReport(reason: string, around: ReportSurroundings): readonly ReportFile[] {
  const { about, addresses, home, hostName } = around;
  const redactor = new Redactor({
    ...{ addresses, secrets: secretsOf(around.pageUrl), publicHex: [], names: [hostName], home },
  });
  return [
    { name: 'readme.txt', text: readmeOf(around, CONTENTS_REFUSED) },
    { name: 'versions.json', text: jsonOf(about) },
    { name: 'start.txt', text: redactor.redact(`${reason}\n`) },
  ];
}

const CONTENTS = `versions.json  versions of the program and of what it runs on
settings.json  settings and where their values come from
status.json    state, addresses and health of the node
counters.json  traffic, discovery, results of dials, sizes of the lists
events.txt     the latest events
log.txt        the latest lines of the log`;

const CONTENTS_REFUSED = `versions.json  versions of the program and of what it runs on
start.txt      why the program did not start`;

function readmeOf({ now, addresses }: ReportSurroundings, contents: string): string {
  const kept = addresses
    ? 'IP addresses, host names, the name of this node, node IDs and public keys were kept by choice.'
    : 'IP addresses, host names, the name of this node, node IDs, public keys, enode URLs and records were replaced by ' +
      'numbers: the same value has the same number in all files. Loopback addresses stay.';
  return `Diagnostic bundle of Enodeck, ${new Date(now).toISOString()}.

${contents}

The node key, passwords and tokens are in none of these files. ${kept} The home folder was replaced by ~.
`;
}

/** JSON has no bigint; write it as text. */
const jsonOf = (value: unknown, indent = 2): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each), indent);

function settingsOf(backend: ReportedBackend): object {
  return backend.settings
    .views()
    .map(({ key, value, source, pending, next }) => ({ key, value, source, ...(pending && { next }) }));
}

function countersOf(backend: ReportedBackend): object {
  const lists = backend.lists.all();
  return {
    traffic: backend.trafficNow(),
    discovery: Object.fromEntries(
      TABLE_PROTOCOLS.map((protocol) => [protocol, backend.discovery.counters(protocol)]),
    ),
    dials: backend.dials(),
    lists: Object.fromEntries(NODE_LISTS.map((name) => [name, lists[name].length])),
    bans: backend.bans.list().length,
  };
}

function linesOf<Line>(lines: readonly Line[], textOf: (line: Line) => string): string {
  return lines
    .slice(-MAX_LINES)
    .map((line) => `${textOf(line).slice(0, MAX_LINE)}\n`)
    .join('');
}

/** The token is the fragment of the address. */
function secretsOf(pageUrl: string | undefined): readonly string[] {
  const token = pageUrl?.split('#token=')[1];
  return token === undefined ? [] : [token, decodeURIComponent(token)];
}

/** Hex of 32 bytes that is no key: hashes of the chain, and with the addresses also node IDs. */
function publicHexOf(backend: ReportedBackend, addresses: boolean): readonly string[] {
  const { network, identity } = backend.status();
  if (!addresses) return [network.genesisHash];
  const nodes = [...Object.values(backend.lists.all()).flat(), ...backend.peers()];
  return [network.genesisHash, identity.id, identity.publicKey, ...nodes.map(({ id }) => id)];
}

/** The host of the execution client; undefined for an IPC socket and for none. */
function hostOfClient(address: unknown): string | undefined {
  const read = typeof address === 'string' ? readRpcAddress(address) : undefined;
  return read?.ok === true && read.value.kind !== 'ipc' ? read.value.url.hostname : undefined;
}

/** The name of this node, and the host names of its client and in the node lists; the redactor finds addresses itself. */
function namesOf(backend: ReportedBackend): readonly string[] {
  const hosts = Object.values(backend.lists.all()).flatMap((list) => list.map(({ host }) => host));
  const valueOf = (key: SettingKey): unknown =>
    backend.settings.views().find((view) => view.key === key)?.value;
  const names = [valueOf('name'), hostOfClient(valueOf('sentry')), ...hosts].filter(
    (name) => typeof name === 'string',
  );
  return names.filter((name) => canonicalIpText(name) === undefined);
}
