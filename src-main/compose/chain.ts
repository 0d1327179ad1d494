import { CHAIN_SETTING_KEYS } from '../../shared/settings/chain.ts';
import type { ChainCache, SentryView } from '../../shared/model/chain.ts';
import {
  assertClientChosen,
  assertImportable,
  sentryEndpointOf,
  sentrySettingOf,
  type SentrySettings,
} from '../app/chain-settings.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { ServedChain } from '../app/served-chain.ts';
import { attributeFailure } from '../app/setting-failure.ts';
import { createArchiveSource } from '../archive/archive-source.ts';
import { ArchiveStore } from '../archive/archive-store.ts';
import { BackgroundImport } from '../archive/background-import.ts';
import type { CloseStack } from '../base/close-stack.ts';
import { systemHttpPoster } from '../base/http-post.ts';
import { systemLocalSocket } from '../base/local-socket.ts';
import { systemClock } from '../base/system-runtime.ts';
import { systemWebSocket } from '../base/web-socket-client.ts';
import type { Network } from '../chain/networks.ts';
import { CachedSource } from '../eth/cached-source.ts';
import { createGenesisChain } from '../eth/genesis-chain.ts';
import type { RpcSockets } from '../sentry/rpc-channel.ts';
import type { RpcEndpoint } from '../sentry/rpc-endpoint.ts';
import { SentrySource } from '../sentry/sentry-source.ts';
import type { Runtime } from './runtime.ts';

/** BOUNDED: memory of the items of a client that are served again without asking it, our choice. */
const CACHE_BYTES = 256 * 1024 * 1024;

/** The start of the node waits so long for the client, so that the first sessions see its head; milliseconds, our choice. */
const FIRST_CONNECT_MS = 3_000;

const SYSTEM_SOCKETS: RpcSockets = {
  http: systemHttpPoster,
  webSocket: systemWebSocket,
  local: systemLocalSocket,
};

/** The chosen source of the chain, checked, with what it needs. */
export type OpenedSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'sentry'; readonly endpoint: RpcEndpoint; readonly sockets: RpcSockets }
  | { readonly kind: 'archive'; readonly store: ArchiveStore; readonly files: readonly string[] };

/**
 * Opens the source that the settings choose.
 * @param folder of the archive
 * @param closing closes what was opened
 * @throws SettingFailure; OptionError for options of a client without one
 */
export async function openChainSource(
  settings: EffectiveSettings,
  network: Network,
  folder: string,
  closing: CloseStack,
): Promise<OpenedSource> {
  const current = settings.current();
  // The demo has a client of its own.
  if (settings.isFixed('chain')) return { kind: 'none' };
  // The node does not start while one is set aside.
  if (CHAIN_SETTING_KEYS.some((key) => settings.isSetAside(key))) return { kind: 'none' };
  assertClientChosen(settings);
  switch (current.chain) {
    case 'none':
      return { kind: 'none' };
    case 'sentry':
      return { kind: 'sentry', endpoint: await openEndpoint(settings, current), sockets: SYSTEM_SOCKETS };
    case 'archive': {
      const store = await attributeFailure(settings, 'chain', () => openArchive(network, folder, closing));
      await attributeFailure(settings, 'chainImport', () => assertImportable(current.chainImport, store));
      return { kind: 'archive', store, files: current.chainImport };
    }
  }
}

async function openEndpoint(settings: EffectiveSettings, current: SentrySettings): Promise<RpcEndpoint> {
  try {
    return await sentryEndpointOf(current, systemClock);
  } catch (error) {
    return await attributeFailure(settings, sentrySettingOf(error, current), () => {
      throw error;
    });
  }
}

async function openArchive(network: Network, folder: string, closing: CloseStack): Promise<ArchiveStore> {
  const store = await ArchiveStore.open(folder);
  closing.add(() => store.close());
  store.stateFor(network);
  return store;
}

/** Creates the served chain; nothing is sent or imported before its `start`. @param closing ends an import */
export function composeChain(
  opened: OpenedSource,
  network: Network,
  runtime: Runtime,
  closing: CloseStack,
): ServedChain {
  switch (opened.kind) {
    case 'none':
      return {
        ...{ source: createGenesisChain(network, runtime.clock), transactions: undefined },
        ...{ start: () => Promise.resolve(), stop: () => Promise.resolve() },
        ...{ view: () => ({ kind: 'none' }), headTime: () => undefined, cache: () => undefined },
      };
    case 'sentry':
      return composeSentry(opened, network, runtime);
    case 'archive':
      return composeArchive(opened, network, runtime, closing);
  }
}

function composeSentry(
  { endpoint, sockets }: Extract<OpenedSource, { kind: 'sentry' }>,
  network: Network,
  runtime: Runtime,
): ServedChain {
  const { clock, random } = runtime;
  const logger = runtime.logger.child('sentry');
  const sentry = new SentrySource({ endpoint, sockets, network, clock, random, logger });
  const cached = new CachedSource(sentry, CACHE_BYTES);
  return {
    source: cached,
    transactions: sentry.transactions,
    start: async () => {
      await sentry.start();
      await firstConnect(sentry, clock);
    },
    stop: () => sentry.stop(),
    view: () => sentryView(sentry, endpoint),
    headTime: () => (sentry.range().latest === 0n ? undefined : sentry.state().headTime),
    cache: () => cacheView(cached),
  };
}

/** Resolves when the client is connected, or after FIRST_CONNECT_MS. */
async function firstConnect(sentry: SentrySource, clock: Runtime['clock']): Promise<void> {
  if (sentry.state().phase === 'connected') return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      timer.cancel();
      unsubscribe();
      resolve();
    };
    const timer = clock.after(FIRST_CONNECT_MS, end);
    const unsubscribe = sentry.onState(() => {
      if (sentry.state().phase !== 'away') end();
    });
  });
}

function sentryView(sentry: SentrySource, { usesJwt }: RpcEndpoint): SentryView {
  const { client: address, phase, since, identity, lacks, lastError, ...rest } = sentry.state();
  return {
    ...{ kind: 'sentry', address, usesJwt, phase, since, lacks },
    client: identity?.version ?? null,
    failure: lastError ?? null,
    wrongItems: rest.wrongItems,
    lastWrongItem: rest.lastWrongItem ?? null,
  };
}

function cacheView({ counts, bytes }: CachedSource): ChainCache {
  const { headers, bodies, receipts } = counts;
  return {
    ...{ headers: { ...headers }, bodies: { ...bodies }, receipts: { ...receipts } },
    ...{ bytes, maxBytes: CACHE_BYTES },
  };
}

function composeArchive(
  { store, files }: Extract<OpenedSource, { kind: 'archive' }>,
  network: Network,
  runtime: Runtime,
  closing: CloseStack,
): ServedChain {
  const { clock } = runtime;
  const logger = runtime.logger.child('archive');
  const running =
    files.length === 0 ? undefined : new BackgroundImport({ files, store, network, clock, logger });
  closing.add(() => running?.stop());
  return {
    source: createArchiveSource(store, network, clock),
    transactions: undefined,
    start: async () => {
      running?.start();
    },
    stop: () => Promise.resolve(),
    view: () => ({
      ...{ kind: 'archive', folder: store.folder },
      withoutReceipts: String(store.state?.withoutReceipts ?? 0n),
      import: running?.view() ?? null,
    }),
    headTime: () => store.state?.latestTime,
    cache: () => undefined,
  };
}
