import type { NodeSettings } from '../../shared/settings-table.ts';
import type { BandwidthCaps } from '../base/shaped-stream.ts';
import type { PeerLimitSettings } from '../server/limits.ts';
import type { ServerSettings } from '../server/server.ts';

/** The bandwidth limits of the settings, converted from kB/s to bytes per second. */
export function capsOf({ maxDownload, maxUpload }: NodeSettings): BandwidthCaps {
  return { download: maxDownload * 1_000, upload: maxUpload * 1_000 };
}

/** The peer limits of the settings. */
export function limitsOf(settings: NodeSettings): PeerLimitSettings {
  const { maxPeers, maxPendingInbound, maxPendingOutbound, dialRatio } = settings;
  return { maxPeers, maxPendingInbound, maxPendingOutbound, dialRatio };
}

/** The server's part of the settings. */
export function serverSettingsOf(settings: NodeSettings): ServerSettings {
  const { dynamicDials, noDial, dropper } = settings;
  return {
    dynamicDials,
    noDial,
    dropper,
    bootnodeFallbackMs: settings.bootnodeFallback * 1_000,
    dialTimeoutMs: settings.dialTimeout * 1_000,
  };
}
