import { answerTimeoutOf } from '../app/answer-timeouts.ts';
import { NODE_LISTS, type NodeListName } from '../../shared/model/node-list.ts';
import { addressRules } from '../app/address-rules.ts';
import { Backend } from '../app/backend.ts';
import { ChainController } from '../app/chain-control.ts';
import { BanController } from '../app/bans.ts';
import { nodesOf, type ConfiguredNodes } from '../app/configured-nodes.ts';
import { ComposerController } from '../app/composer-control.ts';
import { ComposerDiscovery } from '../app/composer-discovery.ts';
import { CrawlController } from '../app/crawl-control.ts';
import { applyRecordSettings, recordLimitsOf, startFromSettings } from '../app/record-settings.ts';
import { RecorderController } from '../app/recorder-control.ts';
import { DialController } from '../app/dial-control.ts';
import { DiscoveryController, type DiscoveryControlParts } from '../app/discovery-control.ts';
import { Discv5Controller } from '../app/discv5-control.ts';
import { IdentityController } from '../app/identity-control.ts';
import { OwnNodeController } from '../app/own-node-control.ts';
import { readMetricFacts, type MetricParts } from '../app/metric-facts.ts';
import { KnownNodeController } from '../app/known-nodes-control.ts';
import type { KnownParts } from '../app/known-nodes.ts';
import { PastedNodeController } from '../app/pasted-nodes-control.ts';
import { ListControl } from '../app/node-list-control.ts';
import { FileReloader } from '../app/reload.ts';
import { StatusView, type StatusParts } from '../app/node-status-view.ts';
import { WhyController } from '../app/progress-control.ts';
import type { PageTls } from '../app/page-tls.ts';
import type { RunningNode } from '../app/running-node.ts';
import { SessionController } from '../app/session-history-control.ts';
import type { ChoosePath } from '../app/setting-checks.ts';
import type { DesktopControl } from '../api/desktop-control.ts';
import type { CloseStack } from '../base/close-stack.ts';
import type { RingSink } from '../base/log-sinks.ts';
import type { Logger } from '../base/runtime.ts';
import { forkNames } from '../chain/fork-names.ts';
import { PeerEvents } from '../events/peer-events.ts';
import { VERSION } from '../app/version.ts';
import type { SettingsController } from '../app/settings-control.ts';
import { Recorder } from '../recorder/recorder.ts';
import { messageFactsOf } from '../wire/registry.ts';
import type { Node } from '../node-record/node.ts';
import { composeChain } from './chain.ts';
import type { NodeData } from './data.ts';
import type { LocalTree } from './dns.ts';
import { composeDoctor } from './doctor.ts';
import type { NodeMemory } from './memory.ts';
import type { MetricsParts } from './metrics.ts';
import { startNode } from './node.ts';
import type { Runtime } from './runtime.ts';
import { composeSettings, type SettingsSurroundings } from './settings.ts';
import { watchSpace } from './space.ts';

/** What the program was started with. */
export interface BackendOptions extends SettingsSurroundings {
  readonly mode: 'desktop' | 'headless';
  readonly desktop: DesktopControl;
  readonly configured: ConfiguredNodes;
  readonly demoList: LocalTree | undefined;
  readonly logs: RingSink;
  readonly reopenLog: () => Promise<void>;
  readonly audit: Logger;
  /** Undefined where the page is not served with TLS. */
  readonly pageTls: PageTls | undefined;
}

/** The backend, and what reads its files again. */
export interface ComposedBackend {
  readonly backend: Backend;
  readonly reloader: FileReloader;
}

/** Creates the controls and the backend, which starts and stops the node. */
export function composeBackend(
  start: BackendOptions,
  data: NodeData,
  memory: NodeMemory,
  runtime: Runtime,
  closing: CloseStack,
): ComposedBackend {
  const { options, choosePath, desktop, configured, demoList, logs } = start;
  const { settings, network, folder, identity, blockedBy } = data;
  const { clock, events } = runtime;
  const { statistics, lists, nodes, bans, reputation, history } = memory;
  const served = composeChain(data.chain, network, runtime, closing);
  const chain = served.source;
  const rules = addressRules(settings);
  const current: { node: RunningNode | undefined } = { node: undefined };
  const recorder = composeRecorder(settings, lists, clock, closing);
  const listParts = { lists, bans, clock, allows: rules.allows, configured, statistics };
  const listControl = new ListControl({ ...listParts, nodes, isDemo: options.demo, current });
  const { discovery, discv5 } = composeDiscovery({ clock, nodes, statistics, current }, identity.idHex);
  const listed = (list: NodeListName): readonly Node[] => nodesOf(list, configured, lists);
  const known = (idHex: string): Node | undefined => discovery.known(idHex);
  const nodeOf = (text: string): Node => listedNode(text.trim(), listed) ?? discovery.nodeOf(text.trim());
  const parts = {
    ...{ settings, identity, network, served, chain, rules, nodes, lists, bans, statistics },
    ...{ listed, demoList, database: folder.database, ...recordingParts(recorder) },
  };
  const doctor = composeDoctor({ ...parts, current, known }, runtime, closing);
  const why = new WhyController({
    ...{ clock, chain, events, statistics, lists, nodes, reputation, settings, configured },
    ...{ current, ownIdHex: identity.idHex },
  });
  const nodeKey = composeIdentity(data, choosePath, runtime, closing);
  const forkNameOf = forkNamer(network);
  const { firstStart, ...settingsControl } = composeSettings(data, listControl, start, runtime);
  const controls = {
    lists: listControl,
    pasted: new PastedNodeController({ ...listParts, control: listControl, known }),
    sessions: new SessionController(clock, history),
    known: composeKnown({ clock, chain, nodes, statistics, listed, current, forkNameOf }, lists, why),
    crawl: new CrawlController({ clock, chain, statistics, current, checkListedIp: rules.checkListedIp }),
    recorder: new RecorderController(recorder, { clock, application: `Enodeck ${VERSION}` }),
    composer: composeComposer({ clock, current, recorder, nodeOf }),
    ...{ dialer: new DialController({ current, nodeOf }), bans: new BanController(bans) },
    ...{ doctor, desktop, discovery, discv5, why, identity: nodeKey, firstStart, ...settingsControl },
  };
  const chainView = new ChainController({ served, current });
  const space = watchSpace(data, runtime, closing);
  const shown = { clock, chain, chainView, nodeKey, firstStart, space, listed };
  const status = composeStatus(start, data, memory, shown);
  const backend: Backend = new Backend({
    ...{ controls, current, status, settings, blockedBy, chain: chainView },
    ownNode: new OwnNodeController({ clock, settings, statistics, discovery, current }),
    ...{ statistics, reputation, logs, clock, events, forkNameOf },
    startNode: () =>
      startNode({ ...parts, metrics: metricsOf({ backend, statistics, current }, options) }, runtime),
    peerEvents: new PeerEvents(events, () => settings.current().msgEvents),
    bootnodes: () => listed('bootnodes'),
  });
  return { backend, reloader: composeReloader(listControl, settingsControl.settings, start, runtime) };
}

function composeReloader(
  lists: ListControl,
  settings: SettingsController,
  { reopenLog, pageTls, audit }: BackendOptions,
  { logger }: Runtime,
): FileReloader {
  return new FileReloader({ lists, settings, reopenLog, pageTls, audit, logger: logger.child('reload') });
}

/** Discovery, and what the methods of the portal network do with v5. */
function composeDiscovery(parts: DiscoveryControlParts, selfIdHex: string) {
  const discovery = new DiscoveryController(parts);
  return { discovery, discv5: new Discv5Controller({ current: parts.current, discovery, selfIdHex }) };
}

/** The reader of the node's status. */
function composeStatus(
  { options, mode, desktop, pageTls }: BackendOptions,
  { settings, network, folder, unsaved, identity }: NodeData,
  { statistics, lists, nodes }: NodeMemory,
  parts: Pick<StatusParts, 'clock' | 'chain' | 'chainView' | 'nodeKey' | 'firstStart' | 'space' | 'listed'>,
): StatusView {
  const { database, paths } = folder;
  return new StatusView({
    ...{ ...parts, options, mode, pageTls, network, statistics, dataFolder: paths.folder },
    ...{ identity, settings, lists, nodes, database, unsaved, electronVersion: desktop.electronVersion },
  });
}

/** The control of the node key, which forgets the keys that it holds at the end. */
function composeIdentity(
  { identity, keys, settings }: NodeData,
  choosePath: ChoosePath | undefined,
  { clock, random }: Runtime,
  closing: CloseStack,
): IdentityController {
  const control = new IdentityController({ identity, keys, settings, clock, random, choosePath });
  closing.add(() => {
    control.close();
  });
  return control;
}

/** What the metrics are read from, and the names under which they may be requested. */
const metricsOf = (parts: MetricParts, { http }: BackendOptions['options']): MetricsParts => ({
  readFacts: () => readMetricFacts(parts),
  readStatus: () => parts.backend.status(),
  hostNames: http?.hostNames ?? [],
});

/** Names the forks of our chain by their hashes. */
function forkNamer(network: NodeData['network']): (hash: string) => string | undefined {
  const names = forkNames(network);
  return (hash) => names.get(hash);
}

/** The entry of any list with this node ID; undefined for none. */
function listedNode(id: string, listed: (list: NodeListName) => readonly Node[]): Node | undefined {
  return NODE_LISTS.flatMap(listed).find(({ idHex }) => idHex === id);
}

/** All known nodes, with their labels and where they were found. */
function composeKnown(
  parts: Omit<KnownParts, 'labelOf' | 'sourcesOf'>,
  lists: NodeMemory['lists'],
  why: WhyController,
): KnownNodeController {
  return new KnownNodeController({
    ...parts,
    labelOf: (idHex) => lists.labelOf(idHex),
    sourcesOf: (idHex) => why.sourcesOf(idHex),
  });
}

/** The composer of messages, with its requests of discovery. */
function composeComposer(
  parts: Omit<ConstructorParameters<typeof ComposerController>[0], 'discovery'>,
): ComposerController {
  const { clock, current } = parts;
  return new ComposerController({ ...parts, discovery: new ComposerDiscovery({ clock, current }) });
}

/** The recording, with the bounds of the settings. */
function composeRecorder(
  settings: NodeData['settings'],
  lists: NodeMemory['lists'],
  clock: Runtime['clock'],
  closing: CloseStack,
): Recorder {
  const recorder = new Recorder({
    clock,
    limits: recordLimitsOf(settings.current()),
    factsOf: messageFactsOf,
    timeoutOf: answerTimeoutOf,
    labelOf: (idHex) => lists.labelOf(idHex) ?? null,
  });
  closing.add(() => {
    recorder.close();
  });
  startFromSettings(recorder, settings.current());
  settings.onChange((values, keys) => applyRecordSettings(recorder, values, keys));
  return recorder;
}

/** What records connections, packets and DNS queries. */
function recordingParts(recorder: Recorder) {
  return { recorder, taps: recorder, packetTap: recorder.packets, dnsTap: recorder.dns };
}
