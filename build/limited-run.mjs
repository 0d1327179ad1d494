/* Runs a command with a time limit that holds for all processes that it starts. */
import { spawn } from 'node:child_process';

/** Time to end after the signal. */
const GRACE_MS = 10_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const canGroup = process.platform !== 'win32';

/** Sends a signal to the command and to all processes that it started. */
function signalAll(child, signal) {
  try {
    if (canGroup) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Runs a command with this terminal until it ends or the limit has passed. A signal to this process ends it too.
 * @param {string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs: number, graceMs?: number }} options
 * @returns {Promise<{ status: number | null, isStopped: boolean }>} status: exit code; null after a signal or if the
 *   command could not be started. isStopped: the limit has passed.
 * @throws Error after a signal to this process
 */
export function runLimited([program, ...args], { limitMs, graceMs = GRACE_MS, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: 'inherit', detached: canGroup });
    const state = { isStopped: false, status: null };
    const timers = [];
    const stop = (signal) => {
      signalAll(child, signal);
      timers.push(setTimeout(() => signalAll(child, 'SIGKILL'), graceMs));
    };
    timers.push(
      setTimeout(() => {
        state.isStopped = true;
        stop('SIGTERM');
      }, limitMs),
    );
    let received;
    const onSignal = (signal) => {
      received = signal;
      stop(signal);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    const end = () => {
      for (const timer of timers) clearTimeout(timer);
      for (const signal of SIGNALS) process.off(signal, onSignal);
      // Whatever it has left behind.
      if (child.pid !== undefined) signalAll(child, 'SIGKILL');
      if (received === undefined) resolve(state);
      else reject(new Error(`Stopped by ${received}`));
    };
    child.once('error', (error) => {
      console.error(String(error));
      end();
    });
    child.once('exit', (status) => {
      state.status = status;
      end();
    });
  });
}
