import { z } from 'zod';
import type { RequestName } from '../../shared/api-contract.ts';
import type { Right } from '../../shared/model/access.ts';
import type { NeededRight } from './needed-right.ts';

/*
 * The right that each request, method and subscription needs. The compiler reports one without a right. A topic of the page
 * needs `read`, which every token has.
 */

/** The settings that the right `operate` may change: what the node writes to its log. */
const logSettings = z.enum(['logLevel', 'logModules']);
/** Any value: the request or the method checks it. */
const unchecked = z.unknown();

/** `admin`, but `operate` for a change of log settings. @param logChange the first argument of such a change */
const settingsRight = <Schema extends z.ZodType>(logChange: Schema) =>
  ({ right: 'admin', lower: [{ right: 'operate', first: logChange }] }) as const satisfies NeededRight;

/** The right that each request of a page needs. */
export const REQUEST_RIGHTS = {
  'node.start': 'operate',
  'node.stop': 'operate',
  'node.useFreePort': 'operate',
  'firstStart.facts': 'admin',
  'firstStart.choose': 'admin',
  'firstStart.skip': 'admin',
  'firstStart.demo': 'admin',
  'identity.details': 'read',
  'identity.export': 'admin',
  'identity.prepare': 'admin',
  'identity.unlock': 'admin',
  'identity.apply': 'admin',
  'identity.discard': 'admin',
  'peers.detail': 'read',
  'peers.disconnect': 'operate',
  'nodes.add': 'operate',
  'nodes.edit': 'operate',
  'nodes.check': 'read',
  'nodes.remove': 'operate',
  'nodes.restore': 'operate',
  'nodes.move': 'operate',
  'nodes.preview': 'read',
  'nodes.addMany': 'operate',
  'nodes.export': 'read',
  'nodes.dial': 'operate',
  'nodes.known': 'read',
  'nodes.exportKnown': 'read',
  'discovery.lookup': 'operate',
  'discovery.talk': 'operate',
  'records.decode': 'read',
  'crawl.start': 'operate',
  'crawl.stop': 'operate',
  'crawl.export': 'read',
  'traffic.series': 'read',
  'logs.export': 'read',
  'settings.update': settingsRight(z.strictObject({ logLevel: unchecked, logModules: unchecked }).partial()),
  'settings.reset': settingsRight(z.strictObject({ key: logSettings })),
  'settings.choosePath': 'admin',
  'settings.import': 'admin',
  'settings.export': 'read',
  'bans.add': 'operate',
  'bans.remove': 'operate',
  'sessions.list': 'read',
  'sessions.export': 'read',
  'why.trace': 'read',
  'recorder.start': 'operate',
  'recorder.stop': 'operate',
  'recorder.clear': 'operate',
  'recorder.detail': 'read',
  'recorder.summaries': 'read',
  'recorder.search': 'read',
  'recorder.export': 'read',
  'recorder.import': 'operate',
  'recorder.close': 'operate',
  'recorder.decode': 'read',
  'doctor.start': 'operate',
  'doctor.stop': 'operate',
  'doctor.list': 'read',
  'doctor.records': 'read',
  'doctor.ownNode': 'read',
  'composer.messages': 'read',
  'composer.preview': 'read',
  'composer.send': 'operate',
  'desktop.restart': 'admin',
  'desktop.about': 'admin',
  'desktop.licences': 'admin',
  'desktop.problemReport': 'admin',
  'desktop.crashReports': 'admin',
  'desktop.crashReport': 'admin',
  'desktop.taken': 'admin',
  'desktop.startAtLogin': 'admin',
  'desktop.theme': 'admin',
  'desktop.openFile': 'admin',
  'desktop.checkForUpdate': 'admin',
  'desktop.downloadUpdate': 'admin',
  'desktop.installUpdate': 'admin',
} as const satisfies Readonly<Record<RequestName, NeededRight>>;

/** The right that each method of JSON-RPC needs that is not made from a request: those have the right of their request. */
export const RPC_RIGHTS = {
  eth_chainId: 'read',
  eth_syncing: 'read',
  eth_protocolVersion: 'read',
  net_version: 'read',
  net_peerCount: 'read',
  net_listening: 'read',
  web3_clientVersion: 'read',
  web3_sha3: 'read',
  rpc_modules: 'read',
  rpc_discover: 'read',
  'rpc.discover': 'read',
  admin_nodeInfo: 'read',
  admin_peers: 'read',
  admin_datadir: 'read',
  admin_addPeer: 'operate',
  admin_removePeer: 'operate',
  admin_addTrustedPeer: 'operate',
  admin_removeTrustedPeer: 'operate',
  // These fail for every caller, with the reason.
  admin_startHTTP: 'read',
  admin_startRPC: 'read',
  admin_stopHTTP: 'read',
  admin_stopRPC: 'read',
  admin_startWS: 'read',
  admin_stopWS: 'read',
  admin_exportChain: 'read',
  admin_importChain: 'read',
  debug_discoveryV4Table: 'read',
  debug_verbosity: 'operate',
  debug_vmodule: 'operate',
  discv5_nodeInfo: 'read',
  // It fails for every caller, with the reason.
  discv5_updateNodeInfo: 'read',
  discv5_routingTableInfo: 'read',
  discv5_addEnr: 'operate',
  discv5_getEnr: 'read',
  discv5_deleteEnr: 'operate',
  discv5_lookupEnr: 'operate',
  discv5_ping: 'operate',
  discv5_findNode: 'operate',
  discv5_talkReq: 'operate',
  discv5_recursiveFindNodes: 'operate',
  enodeck_status: 'read',
  enodeck_health: 'read',
  enodeck_chain: 'read',
  enodeck_sessions: 'read',
  enodeck_session: 'read',
  enodeck_nodes: 'read',
  enodeck_bans: 'read',
  enodeck_ban: 'operate',
  enodeck_unban: 'operate',
  enodeck_why: 'read',
  enodeck_whyNot: 'read',
  enodeck_doctor: 'operate',
  enodeck_settings: 'read',
  enodeck_setSetting: settingsRight(logSettings),
  enodeck_resetSetting: settingsRight(logSettings),
  enodeck_recorder: {
    // The bounds of the recording are settings.
    right: 'admin',
    lower: [
      { right: 'read', first: z.strictObject({ action: z.literal('status') }).nullish() },
      {
        right: 'operate',
        first: z.strictObject({
          action: unchecked,
          nodes: unchecked.optional(),
          discovery: unchecked.optional(),
        }),
      },
    ],
  },
  enodeck_sessionMessages: 'read',
  enodeck_decode: 'read',
  enodeck_peers: 'read',
  enodeck_dials: 'read',
  enodeck_lists: 'read',
  enodeck_traffic: 'read',
  enodeck_table: 'read',
  enodeck_discovery: 'read',
  enodeck_latestLookup: 'read',
  enodeck_dnsTrees: 'read',
  enodeck_crawl: 'read',
  enodeck_events: 'read',
  enodeck_logs: 'read',
  enodeck_doctorReport: 'read',
} as const satisfies Readonly<Record<string, NeededRight>>;

/** The right that each subscription of JSON-RPC needs. */
export const RPC_FEED_RIGHTS = {
  admin_peerEvents: 'read',
  enodeck_records: 'read',
  enodeck_doctor: 'read',
  enodeck_health: 'read',
  enodeck_sessions: 'read',
} as const satisfies Readonly<Record<string, Right>>;

/** A method of JSON-RPC that is not made from a request. */
export type RpcMethodName = keyof typeof RPC_RIGHTS;
/** A subscription of JSON-RPC, `namespace_name`. */
export type RpcFeedName = keyof typeof RPC_FEED_RIGHTS;

/** The names in a table of rights that need more than the right to read. */
type MoreThanRead<Table> = { [Name in keyof Table]: Table[Name] extends 'read' ? never : Name }[keyof Table];
/** A request that needs more than the right to read. */
export type ActingRequest = MoreThanRead<typeof REQUEST_RIGHTS>;
/** Such a method of RPC_RIGHTS. */
export type ActingMethod = MoreThanRead<typeof RPC_RIGHTS>;
