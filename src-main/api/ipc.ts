import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents, WebFrameMain } from 'electron';
import { z } from 'zod';
import { API_CHANNELS } from '../../shared/api-channels.ts';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/runtime.ts';
import { ApiError, apiFailureOf } from './api-error.ts';
import type { ApiDispatcher } from './handlers.ts';
import type { Subscriptions } from './early-api.ts';
import type { PushClient } from './publisher.ts';
import { validated } from './validated.ts';

const name = z.string().max(64);
const subscriptionId = z.int().min(0);
const requestArguments = z.tuple([name, z.unknown()]);
const subscribeArguments = z.tuple([subscriptionId, name, z.unknown()]);
const unsubscribeArguments = z.tuple([subscriptionId]);

/** Dependencies of the IPC service. */
export interface IpcServices {
  readonly ipcMain: IpcMain;
  readonly api: ApiDispatcher;
  readonly publisher: Subscriptions;
  readonly logger: Logger;
  /** Whether this frame currently shows the application's own page. */
  isTrustedFrame(frame: WebFrameMain | null): boolean;
  /** Whether the window is visible. */
  isVisible(contents: WebContents): boolean;
}

/**
 * Serves the windows over Electron's IPC. Checks the sender's frame and the arguments of every call, because the page
 * may be hostile.
 * @returns a function that ends the service
 */
export function serveIpc(services: IpcServices): () => void {
  const { ipcMain, api, publisher, logger } = services;
  const clients = new Map<WebContents, PushClient>();
  const clientOf = (contents: WebContents): PushClient => {
    const client = clients.get(contents) ?? followWindow(contents, services, () => clients.delete(contents));
    clients.set(contents, client);
    return client;
  };
  const refuse = (channel: string, reason: string): void => {
    logger.warn('an IPC call was refused', { channel, reason });
  };

  const onRequest = async (event: IpcMainInvokeEvent, ...values: unknown[]): Promise<unknown> => {
    if (!services.isTrustedFrame(event.senderFrame)) {
      refuse(API_CHANNELS.request, 'the frame is not the application’s page');
      return {
        ok: false,
        error: apiFailureOf(new ApiError('unknown-request', 'This page may not send requests.')),
      };
    }
    try {
      const [request, params] = validated(requestArguments, values);
      return await api.call(request, params);
    } catch (error) {
      return { ok: false, error: apiFailureOf(error) };
    }
  };
  const guarded =
    (channel: string, act: (contents: WebContents, values: unknown[]) => void) =>
    (event: IpcMainEvent, ...values: unknown[]): void => {
      try {
        if (services.isTrustedFrame(event.senderFrame)) act(event.sender, values);
        else refuse(channel, 'the frame is not the application’s page');
      } catch (error) {
        refuse(channel, describeError(error));
      }
    };
  const onSubscribe = guarded(API_CHANNELS.subscribe, (contents, values) => {
    const [id, topic, params] = validated(subscribeArguments, values);
    publisher.subscribe(clientOf(contents), id, topic, params);
  });
  const onUnsubscribe = guarded(API_CHANNELS.unsubscribe, (contents, values) => {
    publisher.unsubscribe(clientOf(contents), validated(unsubscribeArguments, values)[0]);
  });

  ipcMain.handle(API_CHANNELS.request, onRequest);
  ipcMain.on(API_CHANNELS.subscribe, onSubscribe);
  ipcMain.on(API_CHANNELS.unsubscribe, onUnsubscribe);
  return () => {
    ipcMain.removeHandler(API_CHANNELS.request);
    ipcMain.off(API_CHANNELS.subscribe, onSubscribe);
    ipcMain.off(API_CHANNELS.unsubscribe, onUnsubscribe);
    for (const client of clients.values()) publisher.drop(client);
  };
}

/** Creates a publisher client for a window, which is dropped when the page reloads, crashes or closes. */
function followWindow(contents: WebContents, services: IpcServices, onGone: () => void): PushClient {
  const client: PushClient = {
    push: (id, push) => {
      if (!contents.isDestroyed()) contents.send(API_CHANNELS.push, id, JSON.stringify(push));
    },
    ready: () => !contents.isDestroyed() && services.isVisible(contents),
  };
  const leave = (): void => {
    services.publisher.drop(client);
  };
  // A reloaded page does not know the subscriptions of the previous page.
  contents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) leave();
  });
  contents.on('render-process-gone', leave);
  contents.once('destroyed', () => {
    leave();
    onGone();
  });
  return client;
}
