import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { DesktopCommand, DesktopStatus } from '../../shared/model/desktop.ts';
import type { Theme } from '../../shared/model/theme.ts';
import { request } from '../api.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';
import { commandsAfter } from '../model/desktop-commands.ts';

/** What the desktop application asks of its page; in a browser there is none. */
export const useDesktopStore = defineStore('desktop', () => {
  let lastSeq = 0;
  let execute: (command: DesktopCommand) => void = () => undefined;
  const feed = createTopicFeed('desktop.commands', {}, (pushes) => {
    const pending = commandsAfter(newestOf(pushes) ?? [], lastSeq);
    const newest = pending.at(-1);
    if (newest === undefined) return;
    lastSeq = newest.seq;
    // Before they are executed, so that a command that ends the page is not repeated by the next one.
    // If this is lost, the same commands come again; `lastSeq` leaves them out.
    request('desktop.taken', { seq: lastSeq }).catch(() => undefined);
    for (const { command } of pending) execute(command);
  });
  const status = shallowRef<DesktopStatus | null>(null);
  const statusFeed = createTopicFeed('desktop.status', {}, (pushes) => {
    status.value = newestOf(pushes) ?? null;
  });
  return {
    /** The application around the window; null before the first push. */
    status,
    subscribeStatus: () => statusFeed.subscribe(),
    startAtLogin: async (on: boolean): Promise<void> => {
      const loginItem = await request('desktop.startAtLogin', { on });
      if (status.value !== null) status.value = { ...status.value, loginItem };
    },
    /** Executes commands until the calling scope is disposed, each once. */
    follow(run: (command: DesktopCommand) => void): void {
      execute = run;
      feed.subscribe();
    },
    /** Tells the application which theme the user chose. */
    chooseTheme: (theme: Theme) => request('desktop.theme', { theme }),
    openFile: (id: number) => request('desktop.openFile', { id }),
    /** Stops the node, ends the program and starts it again. */
    restart: () => request('desktop.restart', {}),
    about: () => request('desktop.about', {}),
    licences: async () => (await request('desktop.licences', {})).text,
    /** @param addresses whether IP addresses, host names and node IDs are kept */
    problemReport: async (addresses: boolean) =>
      (await request('desktop.problemReport', { addresses })).files,
    crashReports: () => request('desktop.crashReports', {}),
    /** The bytes of a crash report as base64. */
    crashReport: async (name: string) => (await request('desktop.crashReport', { name })).base64,
  };
});
