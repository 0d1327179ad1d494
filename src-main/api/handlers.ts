import type { z } from 'zod';
import type { ApiReply } from '../../shared/api-channels.ts';
import {
  API_REQUESTS,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from '../../shared/api-contract.ts';
import { bytesToHex, hexToBytes, utf8ToBytes } from '../base/bytes.ts';
import { bytesToBase64 } from '../base/base64.ts';
import { EnodeckError, describeError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { Logger } from '../base/runtime.ts';
import { ApiError, apiFailureOf } from './api-error.ts';
import type { ApiBackend } from './backend.ts';
import { NO_DESKTOP, onlyInWindow, type DesktopControl } from './desktop-control.ts';
import { recordView } from './record-view.ts';
import { validated } from './validated.ts';

/** One handler per request of the contract; the compiler reports a missing one. */
export type ApiHandlers = {
  readonly [Name in RequestName]: (
    params: RequestParams<Name>,
  ) => RequestResult<Name> | Promise<RequestResult<Name>>;
};

/** Entry point for the requests of all transports. Validates names and parameters, and converts errors to replies. */
export interface ApiDispatcher {
  call(name: string, params: unknown): Promise<ApiReply<unknown>>;
}

/** Creates the handlers of all requests. */
export function createHandlers(backend: ApiBackend): ApiHandlers {
  return {
    'node.start': async () => {
      await backend.start();
      return null;
    },
    'node.stop': async () => {
      await backend.stop();
      return null;
    },
    'node.useFreePort': async ({ key }) => ({ port: await backend.useFreePort(key) }),
    'peers.detail': ({ id }) => backend.peerDetail(id),
    'peers.disconnect': ({ id }) => ({ disconnected: backend.disconnect(id) }),
    'nodes.add': (params) => backend.lists.add(params),
    'nodes.edit': ({ id, ...input }) => backend.lists.edit(id, input),
    'nodes.check': async ({ list, text, editing }) => ({
      refusal: await backend.lists.check(list, text, editing),
    }),
    'nodes.remove': async ({ list, id, disconnect }) => {
      const removed = await backend.lists.remove(list, id);
      return { removed, disconnected: removed && disconnect && backend.disconnect(id) };
    },
    'nodes.restore': ({ list, ids }) => backend.lists.restore(list, ids),
    'nodes.move': async ({ list, id, before }) => ({ moved: await backend.lists.move(list, id, before) }),
    'nodes.preview': ({ list, text }) => backend.pasted.preview(list, text),
    'nodes.addMany': ({ list, nodes }) => backend.pasted.add(list, nodes),
    'nodes.export': ({ list, format }) => backend.lists.export(list, format),
    'nodes.known': (query) => backend.known.page(query),
    'nodes.exportKnown': (query) => backend.known.export(query),
    'nodes.dial': ({ id }) => backend.dialer.dial(id),
    'discovery.lookup': ({ protocol, target }) => backend.discovery.lookup(protocol, target),
    'discovery.talk': async ({ node, protocol, payload }) => {
      const input = { node, protocol: talkProtocol(protocol), payload: hexToBytes(payload) };
      const answer = await backend.discovery.talk(input);
      return { response: bytesToHex(answer.payload), durationMs: answer.durationMs };
    },
    'records.decode': ({ text }) => recordView(text),
    'crawl.start': (params) => backend.crawl.start(params),
    'crawl.stop': () => backend.crawl.stop(),
    'crawl.export': (filter) => backend.crawl.export(filter),
    'traffic.series': ({ span }) => backend.trafficSeries(span),
    'logs.export': ({ level, text }) => backend.exportLogs(level, text),
    'settings.update': (change) => backend.settings.update(withoutUndefined(change)),
    'settings.reset': ({ key }) => backend.settings.reset(key),
    'settings.choosePath': async ({ key }) => ({ path: await backend.settings.choosePath(key) }),
    'settings.import': ({ text, partial }) => backend.settings.import(text, partial),
    'settings.export': () => backend.settings.export(),
    'bans.add': (params) => backend.bans.add(params),
    'bans.remove': async ({ id }) => ({ removed: await backend.bans.remove(id) }),
    'sessions.list': (params) => backend.sessions.page(params),
    'sessions.export': ({ format }) => backend.sessions.export(format),
    'why.trace': ({ node }) => backend.why.trace(node),
    ...inspectionHandlers(backend),
    ...desktopHandlers(backend.desktop),
    ...identityHandlers(backend),
    ...firstStartHandlers(backend),
  };
}

type FirstStartRequest = Extract<RequestName, `firstStart.${string}`>;

/** Handlers of the choice at the first start. */
function firstStartHandlers({ firstStart }: ApiBackend): Pick<ApiHandlers, FirstStartRequest> {
  return {
    'firstStart.facts': () => firstStart.facts(),
    'firstStart.choose': async ({ network, port }) => ({ restarts: await firstStart.choose(network, port) }),
    'firstStart.skip': async () => {
      await firstStart.skip();
      return null;
    },
    'firstStart.demo': () => {
      firstStart.tryDemo();
      return null;
    },
  };
}

type IdentityRequest = Extract<RequestName, `identity.${string}`>;

/** Handlers of the node key. */
function identityHandlers({ identity }: ApiBackend): Pick<ApiHandlers, IdentityRequest> {
  return {
    'identity.details': () => identity.details(),
    'identity.export': ({ password }) => identity.export(password),
    'identity.prepare': (source) => identity.prepare(source),
    'identity.unlock': ({ id, password }) => identity.unlock(id, password),
    'identity.apply': ({ id }) => identity.apply(id),
    'identity.discard': ({ id }) => {
      identity.discard(id);
      return null;
    },
  };
}

/** Handlers of the Doctor, the recording and the composer. */
function inspectionHandlers(
  backend: ApiBackend,
): Pick<ApiHandlers, Extract<RequestName, `${'doctor' | 'recorder' | 'composer'}.${string}`>> {
  return {
    'doctor.start': (input) => ({ id: backend.doctor.start(input) }),
    'doctor.stop': ({ id }) => ({ stopped: backend.doctor.stop(id) }),
    'doctor.list': () => backend.doctor.list(),
    'doctor.records': ({ id, step }) => backend.doctor.records(id, step),
    'recorder.start': (scope) => backend.recorder.start(scope),
    'recorder.stop': () => backend.recorder.stop(),
    'recorder.clear': () => backend.recorder.clear(),
    'recorder.detail': ({ seq }) => backend.recorder.detail(seq),
    'recorder.summaries': ({ seqs }) => backend.recorder.summaries(seqs),
    'recorder.search': ({ filter }) => backend.recorder.search(filter),
    'recorder.export': (options) => backend.recorder.export(options),
    'recorder.import': ({ fileName, text }) => backend.recorder.import(fileName, text),
    'recorder.close': () => backend.recorder.close(),
    'recorder.decode': ({ protocol, code, payload }) => backend.recorder.decode(protocol, code, payload),
    'doctor.ownNode': () => backend.ownNode(),
    'composer.messages': ({ node }) => backend.composer.messages(node),
    'composer.preview': (input) => backend.composer.preview(input),
    'composer.send': ({ confirmRaw, confirmListed, ...input }) =>
      backend.composer.send(input, { confirmRaw, confirmListed }),
  };
}

/** Handlers of what only the desktop window offers. */
function desktopHandlers(
  desktop: DesktopControl,
): Pick<ApiHandlers, Extract<RequestName, `desktop.${string}`>> {
  return {
    'desktop.taken': ({ seq }) => {
      desktop.taken(seq);
      return null;
    },
    'desktop.startAtLogin': ({ on }) => desktop.startAtLogin(on),
    'desktop.theme': ({ theme }) => {
      desktop.chooseTheme(theme);
      return null;
    },
    'desktop.openFile': ({ id }) => desktop.openFile(id),
    'desktop.checkForUpdate': () => {
      desktop.updates.check();
      return null;
    },
    'desktop.downloadUpdate': () => {
      desktop.updates.download();
      return null;
    },
    'desktop.installUpdate': async () => {
      await desktop.updates.install();
      return null;
    },
    'desktop.restart': () => {
      desktop.restart('same');
      return null;
    },
    'desktop.about': () => desktop.about(),
    'desktop.licences': async () => ({ text: await desktop.licences() }),
    'desktop.problemReport': async ({ addresses }) => ({ files: await desktop.problemReport(addresses) }),
    'desktop.crashReports': () => desktop.crashReports(),
    'desktop.crashReport': async ({ name }) => ({ base64: bytesToBase64([await desktop.crashReport(name)]) }),
  };
}

/**
 * Handlers for browser pages: a page must not use the desktop of the machine of the node, and passwords and keystores do not
 * cross a network.
 * @param isLocal whether the page is served to this machine only
 */
export function forPages(handlers: ApiHandlers, isLocal: boolean): ApiHandlers {
  return {
    ...handlers,
    ...desktopHandlers(NO_DESKTOP),
    ...keysForPages(handlers, isLocal),
    ...FIRST_START_IN_WINDOW,
    'settings.choosePath': () => {
      throw new ApiError('not-available', 'Files and folders are chosen in the desktop application.', 'key');
    },
  };
}

const FIRST_START_IN_WINDOW: Pick<ApiHandlers, FirstStartRequest> = {
  'firstStart.facts': onlyInWindow,
  'firstStart.choose': onlyInWindow,
  'firstStart.skip': onlyInWindow,
  'firstStart.demo': onlyInWindow,
};

function keysForPages(handlers: ApiHandlers, isLocal: boolean): Pick<ApiHandlers, IdentityRequest> {
  const local = <Name extends IdentityRequest>(name: Name): ApiHandlers[Name] =>
    isLocal ? handlers[name] : notOverHttp;
  return {
    'identity.details': async () => ({
      ...(await handlers['identity.details']({})),
      access: isLocal ? 'local-page' : 'remote-page',
    }),
    'identity.export': local('identity.export'),
    'identity.prepare': (source) => {
      if (source.kind !== 'file') return local('identity.prepare')(source);
      throw new ApiError('not-available', 'The file is chosen in the desktop application.', 'kind');
    },
    'identity.unlock': local('identity.unlock'),
    'identity.apply': local('identity.apply'),
    'identity.discard': local('identity.discard'),
  };
}

function notOverHttp(): never {
  throw new ApiError(
    'not-available',
    'The node key is exported and changed only on its own machine: this page is served to other machines.',
  );
}

/** Requests whose parameters are secret: an error may repeat a parameter. */
const CARRY_SECRETS: ReadonlySet<string> = new Set([
  'identity.export',
  'identity.unlock',
  'identity.prepare',
]);

/** Creates the entry point. @param logger logs errors that are not EnodeckErrors, which are defects */
export function createApiDispatcher(handlers: ApiHandlers, logger: Logger): ApiDispatcher {
  return {
    async call(name, params) {
      try {
        if (!isRequestName(name))
          throw new ApiError('unknown-request', `There is no request "${name.slice(0, 64)}".`);
        return { ok: true, result: await dispatch(handlers, name, params) };
      } catch (error) {
        if (!(error instanceof EnodeckError)) {
          const reason = CARRY_SECRETS.has(name) ? 'not logged' : describeError(error);
          logger.error('a request failed', { request: name, reason });
        }
        return { ok: false, error: apiFailureOf(error) };
      }
    },
  };
}

const isRequestName = (name: string): name is RequestName => Object.hasOwn(API_REQUESTS, name);

async function dispatch<Name extends RequestName>(
  handlers: ApiHandlers,
  name: Name,
  params: unknown,
): Promise<RequestResult<Name>> {
  const schema: z.ZodType = API_REQUESTS[name].params;
  // The schema of `name` produced the value; TypeScript cannot infer this relation through the index.
  const input = validated(schema, params) as RequestParams<Name>;
  return handlers[name](input);
}

/** Converts a protocol name to bytes: text, or hex with the prefix 0x. */
function talkProtocol(name: string): Uint8Array {
  return /^0x(?:[0-9a-f]{2})+$/i.test(name) ? hexToBytes(name) : utf8ToBytes(name);
}
