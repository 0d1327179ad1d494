/** The threads of the recovery pool. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** A thread that recovers keys. */
export interface RecoveryThread {
  /** Gives it a batch of jobs, which is moved to it. */
  post(batch: Uint8Array<ArrayBuffer>): void;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Gets what a thread says. */
export interface RecoveryThreadListener {
  /** It has loaded. */
  onReady(): void;
  /** The results of the oldest unanswered batch. */
  onResults(results: Uint8Array): void;
  /** It has failed, and answers nothing more. */
  onFailure(reason: string): void;
}

/** Opens a thread. */
export type OpenRecoveryThread = (listener: RecoveryThreadListener) => RecoveryThread;

/**
 * What opens the threads of this build; undefined where there is no worker file, as in the sources. The build puts it beside the
 * entries, whose shared code is in a folder below.
 */
export function recoveryThreads(): OpenRecoveryThread | undefined {
  const file = ['./recovery-worker.js', '../recovery-worker.js']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  return file && ((listener) => openThread(file, listener));
}

function openThread(file: URL, listener: RecoveryThreadListener): RecoveryThread {
  const worker = new Worker(file, { execArgv: [] });
  // The pool never keeps the process alive.
  worker.unref();
  worker.on('message', (results: Uint8Array) => {
    if (results.length === 0) listener.onReady();
    else listener.onResults(results);
  });
  worker.on('error', (error) => {
    listener.onFailure(error instanceof Error ? error.message : String(error));
  });
  worker.on('exit', (code) => {
    listener.onFailure(`ended with code ${String(code)}`);
  });
  return {
    post: (batch) => {
      worker.postMessage(batch, [batch.buffer]);
    },
    stop: async () => {
      worker.removeAllListeners();
      // An error that nobody listens to would end the process.
      worker.on('error', () => undefined);
      await worker.terminate();
    },
  };
}
