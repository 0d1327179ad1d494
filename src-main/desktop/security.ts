import type { App, Session, Shell, WebContents, WebPreferences } from 'electron';
import type { Logger } from '../base/runtime.ts';
import { isDocsUrl, isPageUrl } from './page-protocol.ts';

/** Hosts whose pages may be opened in the user's browser; the documentation links to them. */
const EXTERNAL_HOSTS: ReadonlySet<string> = new Set(['github.com', 'eips.ethereum.org', 'ethereum.org']);

/** What every window's page is confined to: no Node, no other world, no webview. */
export const PAGE_PREFERENCES = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const satisfies WebPreferences;

/** Whether a URL may be opened in the user's browser. */
export function mayOpenExternally(url: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(url);
    return protocol === 'https:' && username === '' && password === '' && EXTERNAL_HOSTS.has(hostname);
  } catch {
    return false;
  }
}

/** Where a page may send the user. */
export interface LinkTargets {
  readonly shell: Pick<Shell, 'openExternal'>;
  /** Shows a document in the window of the documentation. */
  readonly openDocs: (url: string) => void;
}

/** Denies all pages what the application's page does not need: navigation, windows, webviews, permissions. */
export function lockDown(app: App, targets: LinkTargets, logger: Logger): void {
  app.on('web-contents-created', (_event, contents) => {
    lockContents(contents, targets, logger);
  });
}

function lockContents(contents: WebContents, { shell, openDocs }: LinkTargets, logger: Logger): void {
  // WebRTC does not use the session's requests for STUN and TURN servers. Its TCP traffic goes to NO_PROXY.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  const deny = (what: string, url: string): void => {
    logger.warn('the page was denied', { what, url: url.slice(0, 200) });
  };
  contents.on('will-navigate', (details) => {
    if (isPageUrl(details.url)) return;
    details.preventDefault();
    deny('navigation', details.url);
  });
  contents.on('will-redirect', (details) => {
    details.preventDefault();
    deny('redirection', details.url);
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    deny('webview', '');
  });
  contents.setWindowOpenHandler(({ url }) => {
    if (isDocsUrl(url)) {
      openDocs(url);
    } else if (mayOpenExternally(url)) {
      shell.openExternal(url).catch(() => {
        deny('opening in the browser failed', url);
      });
    } else {
      deny('window', url);
    }
    return { action: 'deny' };
  });
}

/** The only granted permission: the copy buttons write to the clipboard. */
const GRANTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** A proxy on a port without listener, for all addresses including loopback, so that no request leaves the network stack. */
const NO_PROXY = {
  mode: 'fixed_servers',
  proxyRules: '127.0.0.1:9',
  proxyBypassRules: '<-loopback>',
} as const;

/** Restricts the permissions of a session and blocks all hosts: the page is served from this process only. */
export async function lockSession(session: Session): Promise<void> {
  session.setPermissionRequestHandler((contents, permission, decide) => {
    decide(GRANTED.has(permission) && isPageUrl(contents.getURL()));
  });
  session.setPermissionCheckHandler((contents, permission) => {
    return contents !== null && GRANTED.has(permission) && isPageUrl(contents.getURL());
  });
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, decide) => {
    decide({
      cancel: !isPageUrl(details.url) && !details.url.startsWith('devtools://') && !isOwnData(details.url),
    });
  });
  await session.setProxy(NO_PROXY);
}

/** Data of the page itself: an exported file for download, or an inline image. */
const isOwnData = (url: string): boolean => url.startsWith('blob:app://') || url.startsWith('data:image/');
