import { createApiDispatcher, createHandlers, forPages } from '../api/handlers.ts';
import { HttpServer } from '../api/http-server.ts';
import { createRpcDispatcher } from '../api/json-rpc.ts';
import { apiWithRight, rpcWithRight } from '../api/permitted.ts';
import { Probes } from '../api/probes.ts';
import type { Publisher } from '../api/publisher.ts';
import { createRpcTable } from '../api/rpc-methods.ts';
import type { Caller } from '../api/access.ts';
import type { Actor, Audit } from '../api/audit.ts';
import { AccessTokens } from '../app/access-tokens.ts';
import type { Backend } from '../app/backend.ts';
import type { HttpOption } from '../app/launch-options.ts';
import { pageAccess } from '../app/page-access.ts';
import { PageTls } from '../app/page-tls.ts';
import { isLoopback } from '../base/ip.ts';
import { perObject } from '../base/per-object.ts';
import type { Startable } from '../base/runtime.ts';
import type { Runtime } from './runtime.ts';

/** Where and how the page is served. */
export interface PageOptions extends HttpOption {
  readonly pageTls: PageTls | undefined;
  /** The folder of the built page. */
  readonly pageFolder: string;
  /** Path of the named tokens. */
  readonly tokens: string;
  readonly audit: Audit;
}

/** What the page shows. */
export interface PageParts {
  readonly backend: Backend;
  readonly publisher: Publisher;
  readonly runtime: Runtime;
}

/** The page over HTTP, with its tokens. */
export interface Page extends Startable {
  /** The address of the page with its token; valid after `start`. */
  readonly url: string;
}

/** The certificate of the page; undefined for plain HTTP. @throws OptionError for files that are not one and its key */
export async function openPageTls(
  http: HttpOption | undefined,
  { clock, logger }: Runtime,
): Promise<PageTls | undefined> {
  if (http?.tls === undefined) return undefined;
  return await PageTls.open(http.tls, { clock, logger: logger.child('http') });
}

/** Creates the page. Its start rejects with SettingsError for a fault of the tokens' file, and as that of HttpServer. */
export function composePage(
  { address, port, orAnyPort, hostNames, pageTls: tls, pageFolder, tokens, audit, ...option }: PageOptions,
  { backend, publisher, runtime }: PageParts,
): Page {
  const { clock, random } = runtime;
  const logger = runtime.logger.child('http');
  const { token, admin, warnings } = pageAccess({ address, ...option }, random);
  for (const warning of warnings) logger.warn(warning, { address });
  const access = new AccessTokens(token, tokens, { clock, logger });
  const handlers = forPages(createHandlers(backend), isLoopback(address));
  const api = createApiDispatcher(handlers, runtime.logger.child('api'));
  const table = createRpcTable(backend, admin);
  const server = new HttpServer(
    { address, port, orAnyPort, hostNames, tls, pageFolder },
    {
      ...{ access, publisher, clock, random, logger },
      probes: new Probes(() => backend.status(), clock),
      apiFor: (caller) => apiWithRight(audit.api(api, actorOf(caller)), caller.right),
      rpcFor: perObject((caller: Caller) => {
        const permitted = rpcWithRight(audit.rpc(table, actorOf(caller)), caller.right);
        return createRpcDispatcher(permitted, logger, clock);
      }),
    },
  );
  return {
    get url() {
      return server.url;
    },
    start: async () => {
      await access.start();
      await server.start();
    },
    stop: async () => {
      await server.stop();
      await access.stop();
    },
  };
}

/** The name of a caller in the audit log. */
const actorOf = ({ name }: Caller): Actor => `token ${name}`;
