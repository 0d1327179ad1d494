import type { ActingMethod, ActingRequest } from './rights.ts';

/**
 * What a request or method changes, of which the audit log has the values before and after. `done`: it changes none of them, and
 * the log says that it was done. `none`: it changes nothing that lasts.
 */
export type AuditSubject =
  'settings' | 'lists' | 'bans' | 'node' | 'key' | 'import' | 'recording' | 'done' | 'none';

/** The subject of each request that needs more than the right to read; the compiler reports a missing one. */
export const REQUEST_SUBJECTS: Readonly<Record<ActingRequest, AuditSubject>> = {
  'node.start': 'node',
  'node.stop': 'node',
  'node.useFreePort': 'settings',
  'firstStart.facts': 'none',
  'firstStart.choose': 'settings',
  'firstStart.skip': 'done',
  'firstStart.demo': 'done',
  'identity.export': 'done',
  'identity.prepare': 'none',
  'identity.unlock': 'none',
  'identity.apply': 'key',
  'identity.discard': 'none',
  'peers.disconnect': 'done',
  'nodes.add': 'lists',
  'nodes.edit': 'lists',
  'nodes.remove': 'lists',
  'nodes.restore': 'lists',
  'nodes.move': 'done',
  'nodes.addMany': 'lists',
  'nodes.dial': 'none',
  'discovery.lookup': 'none',
  'discovery.talk': 'none',
  'crawl.start': 'none',
  'crawl.stop': 'none',
  'settings.update': 'settings',
  'settings.reset': 'settings',
  'settings.choosePath': 'none',
  'settings.import': 'import',
  'bans.add': 'bans',
  'bans.remove': 'bans',
  'recorder.start': 'recording',
  'recorder.stop': 'recording',
  'recorder.clear': 'done',
  'recorder.import': 'none',
  'recorder.close': 'none',
  'doctor.start': 'none',
  'doctor.stop': 'none',
  'composer.send': 'done',
  'desktop.restart': 'done',
  'desktop.about': 'none',
  'desktop.licences': 'none',
  'desktop.problemReport': 'none',
  'desktop.crashReports': 'none',
  'desktop.crashReport': 'none',
  'desktop.taken': 'none',
  'desktop.startAtLogin': 'done',
  'desktop.theme': 'none',
  'desktop.openFile': 'none',
  'desktop.checkForUpdate': 'none',
  'desktop.downloadUpdate': 'done',
  'desktop.installUpdate': 'done',
};

/** The subject of each method that needs more than the right to read; the compiler reports a missing one. */
export const RPC_SUBJECTS: Readonly<Record<ActingMethod, AuditSubject>> = {
  admin_addPeer: 'lists',
  admin_removePeer: 'lists',
  admin_addTrustedPeer: 'lists',
  admin_removeTrustedPeer: 'lists',
  debug_verbosity: 'settings',
  debug_vmodule: 'settings',
  discv5_lookupEnr: 'none',
  discv5_talkReq: 'none',
  enodeck_ban: 'bans',
  enodeck_unban: 'bans',
  enodeck_doctor: 'none',
  enodeck_setSetting: 'settings',
  enodeck_resetSetting: 'settings',
  enodeck_recorder: 'recording',
};
