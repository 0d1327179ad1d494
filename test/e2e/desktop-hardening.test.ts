import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openDesktop, type OpenDesktop } from '../support/window.ts';

const pictures = resolve(import.meta.dirname, '../../test-results');
const folder = await temporaryFolder();
let desktop: OpenDesktop;

beforeAll(async () => {
  desktop = await openDesktop(folder.path, ['--demo']);
  await desktop.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
});

afterAll(async () => {
  await desktop.close();
  await folder.remove();
});

/** Text of the page, read by the main process: the page object of Playwright does not survive a crash. */
const pageText = (): Promise<string> =>
  desktop.app.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const contents = window?.webContents;
    if (contents === undefined || contents.isCrashed() || contents.isLoading()) return '';
    // A script that is sent during a navigation never returns.
    const late = new Promise<string>((done) => setTimeout(() => done(''), 2_000));
    const text = contents.executeJavaScript('document.body.innerText') as Promise<string>;
    return Promise.race([text, late]);
  });

/** Crashes the page, and waits until its process has ended: the page before the crash must not count as the reloaded one. */
async function crash(): Promise<void> {
  const before = await desktop.app.evaluate(({ BrowserWindow }) => {
    const counter = globalThis as { crashes?: number };
    const crashes = counter.crashes ?? 0;
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    contents?.once('render-process-gone', () => (counter.crashes = crashes + 1));
    // After this call has returned: the crash would lose its result.
    setImmediate(() => contents?.forcefullyCrashRenderer());
    return crashes;
  });
  await eventually('the process of the page has ended', async () => {
    const crashes = await desktop.app.evaluate(() => (globalThis as { crashes?: number }).crashes);
    return crashes === before + 1 ? true : undefined;
  });
}

const waitForText = (text: string, timeoutMs: number): Promise<true> =>
  eventually(
    `the window shows “${text}”`,
    async () => ((await pageText()).includes(text) ? true : undefined),
    { timeoutMs },
  );

describe('the page sends no packets', () => {
  let udp: DatagramSocket;
  let tcp: Server;
  let received: string[];

  beforeAll(async () => {
    received = [];
    udp = createSocket('udp4');
    udp.on('message', () => received.push('udp'));
    udp.bind(0, '127.0.0.1');
    tcp = createServer((socket) => {
      received.push('tcp');
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  });

  afterAll(() => {
    udp.close();
    tcp.close();
  });

  test('over WebRTC: a STUN or TURN server on loopback receives none', async () => {
    const tcpAddress = tcp.address();
    const tcpPort = typeof tcpAddress === 'object' ? tcpAddress?.port : undefined;
    const ended = await desktop.page.evaluate(
      async ([udpPort, port]) => {
        const turn = { username: 'u', credential: 'p' };
        const connection = new RTCPeerConnection({
          iceServers: [
            { urls: `stun:127.0.0.1:${String(udpPort)}` },
            { urls: `turn:127.0.0.1:${String(udpPort)}`, ...turn },
            { urls: `turn:127.0.0.1:${String(port)}?transport=tcp`, ...turn },
          ],
        });
        connection.createDataChannel('x');
        await connection.setLocalDescription(await connection.createOffer());
        return new Promise<string>((done) => {
          const check = (): void => {
            if (connection.iceGatheringState === 'complete') done('complete');
          };
          connection.addEventListener('icegatheringstatechange', check);
          // Without an answer the browser repeats its requests for up to 10 seconds.
          setTimeout(() => {
            done(connection.iceGatheringState);
          }, 15_000);
          check();
        });
      },
      [udp.address().port, tcpPort] as const,
    );
    expect(['complete', 'gathering']).toContain(ended);
    expect(received).toEqual([]);
  });
});

describe('the network access of the page', () => {
  test('is blocked: WebRTC has no UDP, and TCP goes to a proxy at a closed port, also for loopback', async () => {
    const access = await desktop.app.evaluate(async ({ BrowserWindow, session }) => [
      BrowserWindow.getAllWindows()[0]?.webContents.getWebRTCIPHandlingPolicy(),
      await session.defaultSession.resolveProxy('http://192.0.2.1/'),
      await session.defaultSession.resolveProxy('http://127.0.0.1/'),
    ]);
    expect(access).toEqual(['disable_non_proxied_udp', 'PROXY 127.0.0.1:9', 'PROXY 127.0.0.1:9']);
  });
});

describe('a frame that is not the main frame of the window', () => {
  test('gets no API bridge as an iframe of the page', async () => {
    const kind = await desktop.page.evaluate(async () => {
      const frame = document.createElement('iframe');
      const loaded = new Promise((done) => frame.addEventListener('load', done, { once: true }));
      frame.srcdoc = '<p>inner</p>';
      document.body.append(frame);
      await loaded;
      const inner = frame.contentWindow as unknown as { enodeck?: unknown } | null;
      const type = typeof inner?.enodeck;
      frame.remove();
      return type;
    });
    expect(kind).toBe('undefined');
  });

  test('is refused on every IPC channel, also with the preload script of the application', async () => {
    const preload = resolve(import.meta.dirname, '../../out/preload/preload.cjs');
    const answers = await desktop.app.evaluate(async ({ BrowserWindow }, script) => {
      const window = new BrowserWindow({
        show: false,
        webPreferences: { preload: script, nodeIntegrationInSubFrames: true, sandbox: true },
      });
      await window.loadURL('app://enodeck/page-failed');
      await window.webContents.executeJavaScript(
        `new Promise((done) => {
          const frame = document.createElement('iframe');
          frame.onload = () => done(true);
          frame.srcdoc = '<p>inner</p>';
          document.body.append(frame);
        })`,
      );
      const ask = `enodeck.request('settings.export', {}).then(
        (reply) => JSON.stringify(reply), (error) => 'refused: ' + error.message + ' ' + (error.code ?? ''))`;
      const replies: string[] = [];
      for (const frame of window.webContents.mainFrame.framesInSubtree) {
        replies.push(String(await frame.executeJavaScript(ask)));
      }
      window.destroy();
      return replies;
    }, preload);
    expect(answers).toHaveLength(2);
    for (const answer of answers) expect(answer).toContain('This page may not send requests.');
  });
});

/** Whether an item of the menu View is enabled. */
const isOffered = (label: string): Promise<boolean | undefined> =>
  desktop.app.evaluate(({ Menu }, wanted) => {
    const view = Menu.getApplicationMenu()?.items.find((menu) => menu.label === 'View');
    return view?.submenu?.items.find((item) => item.label === wanted)?.enabled;
  }, label);

describe('a page that crashes', () => {
  test('is reloaded, and after three crashes replaced by a plain page, while the node keeps running', async () => {
    const windowId = await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.id);
    await crash();
    await waitForText('Overview', 60_000);
    await waitForText('This node', 60_000);
    await crash();
    // A second reload waits for a minute.
    await waitForText('This node', 120_000);
    await crash();
    await waitForText('The window’s page has failed three times', 60_000);
    const text = await pageText();
    expect(text).toContain('The node is still running.');
    expect(text).toContain(join(folder.path, 'logs'));
    expect(await isOffered('Overview')).toBe(false);
    const picture = await desktop.app.evaluate(async ({ BrowserWindow }) => {
      const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
      return image?.toPNG().toString('base64') ?? '';
    });
    await mkdir(pictures, { recursive: true });
    await writeFile(join(pictures, 'page-failed.png'), picture, 'base64');
    await desktop.app.evaluate(({ BrowserWindow }) => {
      void BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
        "document.querySelector('a').click()",
      );
    });
    await waitForText('This node', 60_000);
    expect(await isOffered('Overview')).toBe(true);
    expect(
      await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map(({ id }) => id)),
    ).toEqual([windowId]);
  }, 300_000);
});
