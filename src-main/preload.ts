import { contextBridge, ipcRenderer } from 'electron';
import { API_CHANNELS, type ApiReply, type DesktopBridge } from '../shared/api-channels.ts';

/*
 * The API of the sandboxed page: requests and subscriptions by name. Nothing is checked here, because the page's process
 * is not trusted; the main process checks names, parameters and the sender of each call.
 */

/** BOUNDED: the main side refuses more than 32 subscriptions of one page. */
const listeners = new Map<number, (text: string) => void>();
let lastId = 0;

ipcRenderer.on(API_CHANNELS.push, (_event, id: number, text: string) => {
  listeners.get(id)?.(text);
});

const bridge: DesktopBridge = {
  kind: 'desktop',
  platform: process.platform,
  request: (name, params) =>
    ipcRenderer.invoke(API_CHANNELS.request, name, params) as Promise<ApiReply<unknown>>,
  subscribe(topic, params, listener) {
    lastId += 1;
    const id = lastId;
    listeners.set(id, listener);
    ipcRenderer.send(API_CHANNELS.subscribe, id, topic, params);
    return () => {
      if (listeners.delete(id)) ipcRenderer.send(API_CHANNELS.unsubscribe, id);
    };
  },
};

contextBridge.exposeInMainWorld('enodeck', bridge);
