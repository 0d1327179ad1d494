import { NO_DESKTOP, type DesktopControl } from '../api/desktop-control.ts';
import { Audit } from '../api/audit.ts';
import { createApiDispatcher, createHandlers, type ApiDispatcher } from '../api/handlers.ts';
import { Publisher } from '../api/publisher.ts';
import { STOP_STEPS, type StopProgress, type StopStep } from '../../shared/model/desktop.ts';
import type { Backend } from '../app/backend.ts';
import { configuredNodes } from '../app/configured-nodes.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { LaunchOptions } from '../app/launch-options.ts';
import { ownEndpoints } from '../app/own-endpoints.ts';
import type { FileReloader } from '../app/reload.ts';
import type { ChoosePath } from '../app/setting-checks.ts';
import { CloseStack } from '../base/close-stack.ts';
import { EnodeckError } from '../base/errors.ts';
import type { Logger, Startable } from '../base/runtime.ts';
import { DemoNetwork } from '../demo/demo-network.ts';
import type { EventSource } from '../events/events.ts';
import { composeBackend } from './backend.ts';
import type { OpenedSource } from './chain.ts';
import { openData, type DataSurroundings } from './data.ts';
import { composeIpc, startIpc } from './ipc.ts';
import { openMemory } from './memory.ts';
import { composePage, openPageTls, type Page } from './page.ts';
import { openRuntime, type LogTerminal, type Runtime } from './runtime.ts';

/** What the program that starts the application provides. */
export interface ApplicationSurroundings extends DataSurroundings {
  /** Opens the system's dialog for a file or a folder, where there is one. */
  readonly choosePath?: ChoosePath;
  /** What the desktop window offers; absent in headless mode. */
  readonly desktop?: DesktopControl;
  /** The terminal that shows the log, besides the file and the window; absent for none. */
  readonly terminal?: LogTerminal;
  /** The folder of the built page. */
  readonly pageFolder: string;
}

/** The whole program without its window: the node and its API. */
export interface Application extends Startable {
  readonly backend: Backend;
  readonly api: ApiDispatcher;
  readonly publisher: Publisher;
  readonly settings: Pick<EffectiveSettings, 'current' | 'overridden'>;
  /** Reads settings and node lists again from their files. */
  readonly reloader: Pick<FileReloader, 'reload'>;
  readonly events: EventSource;
  readonly logger: Logger;
  /** What `stop` has still to do. */
  stopProgress(): StopProgress;
  /** The address of the page with its token; undefined when it is not served over HTTP. */
  readonly pageUrl: string | undefined;
}

/**
 * Constructs the program: opens data folder, identity, lists and database, and starts the demo's nodes. `start` starts
 * the page and the node; `stop` stops everything in reverse order.
 * @throws EnodeckError: one sentence that says what to do; nothing is left open
 */
export async function compose(
  options: LaunchOptions,
  surroundings: ApplicationSurroundings,
): Promise<Application> {
  const closing = new CloseStack<StopStep>();
  try {
    return await composeParts(options, surroundings, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function composeParts(
  options: LaunchOptions,
  surroundings: ApplicationSurroundings,
  closing: CloseStack<StopStep>,
): Promise<Application> {
  const { mode, environment, choosePath, desktop = NO_DESKTOP, terminal, pageFolder } = surroundings;
  const data = await openData(options, surroundings, closing);
  const { settings, network, folder, identity } = data;
  const { runtime, logs, ...log } = openRuntime(settings, folder.paths, terminal, closing);
  const { clock, events, logger } = runtime;
  folder.database.logTo(logger.child('store'));
  for (const { code, message } of identity.warnings) logger.child('identity').warn(message, { code });
  const pageTls = await openPageTls(options.http, runtime);
  const memory = await openMemory(data, options, runtime, closing);
  const pages: { publisher: Publisher | undefined } = { publisher: undefined };
  // Pages show how the stop of the node and of the demo goes on.
  closing.add(() => pages.publisher?.close());
  const demo = options.demo ? await startDemo(runtime, folder.paths.folder, closing) : undefined;
  const configured = configuredNodes({ options, network, settings }, demo?.bootnodes);
  const start = { options, mode, environment, choosePath, desktop, configured, demoList: demo?.list };
  const chain: OpenedSource = demo === undefined ? data.chain : { kind: 'sentry', ...demo.client };
  const { backend, reloader } = composeBackend(
    { ...start, ...log, logs, pageTls },
    { ...data, chain },
    memory,
    runtime,
    closing,
  );
  closing.add(() => backend.stop());
  if (demo !== undefined) introduce(demo, backend, events);
  const apiLogger = logger.child('api');
  const publisher = new Publisher(backend, clock, apiLogger);
  pages.publisher = publisher;
  const audit = new Audit(backend, log.audit);
  const page = { pageTls, pageFolder, tokens: folder.paths.tokens, audit };
  const http = options.http && composePage({ ...options.http, ...page }, { backend, publisher, runtime });
  closing.add(() => http?.stop(), 'page');
  const ipc = composeIpc(settings, folder.paths.folder, backend, audit, runtime);
  closing.add(() => ipc?.stop());
  return {
    backend,
    api: audit.api(createApiDispatcher(createHandlers(backend), apiLogger), 'window'),
    publisher,
    settings,
    reloader: { reload: () => audit.alone(() => reloader.reload()) },
    events,
    logger,
    stopProgress: () => stopProgressOf(backend, closing),
    get pageUrl() {
      return http?.url;
    },
    start: async () => {
      // The page comes first, so that a browser can show the start of the node, or why it failed.
      await startHttp(http, mode, logger);
      await startIpc(ipc, settings, mode, logger);
      // The node sends nothing before the choice at the first start.
      if (!backend.firstStart.isOpen) await backend.start();
    },
    stop: () => closing.close(),
  };
}

function stopProgressOf(backend: Backend, closing: CloseStack<StopStep>): StopProgress {
  const { left, sessions } = backend.stopProgress();
  const open = new Set([...closing.steps, ...left]);
  return { left: STOP_STEPS.filter((step) => open.has(step)), sessions };
}

/** Starts the private network of --demo, before our node, which starts from its bootnodes. */
async function startDemo(
  runtime: Runtime,
  folder: string,
  closing: CloseStack<StopStep>,
): Promise<DemoNetwork> {
  const { clock, random } = runtime;
  const logger = runtime.logger.child('demo');
  const demo = new DemoNetwork({ clock, random, logger });
  await demo.start();
  closing.add(() => demo.stop(), 'demo');
  logger.info('the demo uses loopback addresses only, and no NAT method');
  await demo.describe(folder);
  return demo;
}

/** Gives the demo's nodes the addresses of our node each time it has started. */
function introduce(demo: DemoNetwork, backend: Backend, events: EventSource): void {
  events.subscribe((event) => {
    if (event.type !== 'node/phase' || event.phase !== 'running') return;
    const { ours, ours6 } = ownEndpoints(backend.status());
    demo.meet(ours, ours6);
  });
}

/** The desktop's window needs no page over HTTP: there a failure is only logged. */
async function startHttp(
  http: Page | undefined,
  mode: ApplicationSurroundings['mode'],
  logger: Logger,
): Promise<void> {
  try {
    await http?.start();
  } catch (error) {
    if (mode !== 'desktop' || !(error instanceof EnodeckError)) throw error;
    logger.child('http').error('the page is not served over HTTP', { reason: error.message });
  }
}
