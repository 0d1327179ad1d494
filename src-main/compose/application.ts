import { HttpServer } from '../api/http-server.ts';
import { createDoor, createHandlers, withoutDialogs, type ApiDoor } from '../api/handlers.ts';
import { createDispatcher } from '../api/json-rpc.ts';
import { Publisher } from '../api/publisher.ts';
import { createRpcTable } from '../api/rpc-methods.ts';
import { Backend } from '../app/backend.ts';
import { configuredNodes } from '../app/configured-nodes.ts';
import { ownClientName } from '../app/client-name.ts';
import { startNode } from './node.ts';
import { openNodeContext, type NodeContext, type Surroundings } from './node-context.ts';
import { DemoNetwork } from '../demo/demo-network.ts';
import { bytesToHex } from '../base/bytes.ts';
import { EnodeckError } from '../base/errors.ts';
import { ipFamily, isLoopback } from '../base/ip.ts';
import type { Logger, Startable } from '../base/runtime.ts';
import { nodeFromEnode, parseNode, withEndpoint } from '../node-record/node-factory.ts';
import type { HttpOption, LaunchOptions } from '../app/launch-options.ts';

/** Bytes of a random token. */
const TOKEN_BYTES = 24;
/** A shorter token of the user causes a warning, characters. */
const EASY_TOKEN_LENGTH = 16;

/** What a program needs to bring to have an application. */
export interface ApplicationSurroundings extends Surroundings {
  /** The folder of the built page. */
  readonly pageFolder: string;
}

/** The whole program but its window: the node and the doors to it. */
export interface Application extends Startable {
  readonly backend: Backend;
  readonly door: ApiDoor;
  readonly publisher: Publisher;
  readonly logger: Logger;
  /** The address of the page with its token; undefined where it is not served over HTTP. */
  readonly pageUrl: string | undefined;
}

/**
 * Constructs the program. This opens data folder, identity, lists and database, and starts the demo's nodes; `start` starts
 * the page and the node; `stop` ends all in reverse order.
 * @throws EnodeckError: one sentence that says what to do; nothing is left open
 */
export async function compose(
  launch: LaunchOptions,
  surroundings: ApplicationSurroundings,
): Promise<Application> {
  const context = await openNodeContext(launch, surroundings);
  try {
    const demo = launch.demo ? await composeDemo(context) : undefined;
    return composeDoors(context, demo, surroundings.pageFolder);
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** The private network runs before our node, which starts from its first nodes. */
async function composeDemo({ clock, random, logger, folder }: NodeContext): Promise<DemoNetwork> {
  const demo = new DemoNetwork({
    clock,
    random,
    logger: logger.child('demo'),
    clientName: (tree) => ownClientName(tree, 'Enodeck-demo'),
  });
  await demo.start();
  logger.info('the demo listens on loopback addresses, speaks to no others, and uses no NAT method');
  await demo.describe(folder.paths.folder);
  return demo;
}

function composeDoors(context: NodeContext, demo: DemoNetwork | undefined, pageFolder: string): Application {
  const configured = configuredNodes(context, demo?.bootnodes);
  const backend = new Backend({
    ...context,
    configured,
    startNode: () => startNode(context, configured, demo?.list),
  });
  const apiLogger = context.logger.child('api');
  const handlers = createHandlers(backend);
  const door = createDoor(handlers, apiLogger);
  const pageDoor = createDoor(withoutDialogs(handlers), apiLogger);
  const publisher = new Publisher(backend, context.clock, apiLogger);
  if (demo !== undefined) introduce(context, backend, demo);
  const { http: option } = context.options;
  const http =
    option === undefined
      ? undefined
      : composeHttp(context, option, pageFolder, { backend, door: pageDoor, publisher });
  return {
    backend,
    door,
    publisher,
    logger: context.logger,
    get pageUrl() {
      return http?.url;
    },
    start: () => startAll(context, backend, http),
    stop: () => {
      publisher.close();
      return stopInOrder([
        () => http?.stop(),
        () => backend.stop(),
        () => demo?.stop(),
        () => context.close(),
      ]);
    },
  };
}

/** Whenever our node runs, at an address that may be a new one, the demo's nodes learn of it. */
function introduce(context: NodeContext, backend: Backend, demo: DemoNetwork): void {
  context.events.subscribe((event) => {
    if (event.type !== 'node/phase' || event.phase !== 'running') return;
    const { identity, listening } = backend.status();
    // Discovery v5 speaks to nodes with a record alone; ours may not say yet where we are.
    const { ip, tcp, udp } = nodeFromEnode(identity.enode);
    const ours = withEndpoint(parseNode(identity.enr), { ip, tcp, udp });
    const six = listening.find(({ ip, protocol }) => protocol === 'tcp' && ipFamily(ip) === 'ipv6');
    demo.meet(ours, six === undefined ? undefined : withEndpoint(ours, { ip: six.ip }));
  });
}

/**
 * The page comes first, so that a window or a browser can watch the node start, or see why it did not. The desktop's own
 * window needs no page over HTTP.
 */
async function startAll(context: NodeContext, backend: Backend, http: HttpServer | undefined): Promise<void> {
  try {
    await http?.start();
  } catch (error) {
    if (context.mode !== 'desktop' || !(error instanceof EnodeckError)) throw error;
    context.logger.child('http').error('the page is not served over HTTP', { reason: error.message });
  }
  await backend.start();
}

/** All of it, in order, also when one of them fails. @throws the first failure */
async function stopInOrder(ends: readonly (() => Promise<void> | undefined)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function composeHttp(
  context: NodeContext,
  option: HttpOption,
  pageFolder: string,
  parts: { readonly backend: Backend; readonly door: ApiDoor; readonly publisher: Publisher },
): HttpServer {
  const { address, port, orAnyPort, hostNames } = option;
  const logger = context.logger.child('http');
  const admin = isLoopback(address) || option.admin;
  if (!isLoopback(address)) {
    logger.warn('the page is served to other machines: whoever has the token steers this node', { address });
  }
  if (option.token !== undefined && option.token.length < EASY_TOKEN_LENGTH) {
    logger.warn('the token is short and can be guessed: leave it out for a random one');
  }
  const token = option.token ?? bytesToHex(context.random.bytes(TOKEN_BYTES));
  return new HttpServer(
    { address, port, orAnyPort, token, hostNames, pageFolder },
    {
      door: parts.door,
      publisher: parts.publisher,
      rpc: createDispatcher(createRpcTable(parts.backend, admin), logger),
      clock: context.clock,
      random: context.random,
      logger,
    },
  );
}
