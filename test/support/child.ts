import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Output lines that are kept for the message of a failure. BOUNDED. */
const KEPT_LINES = 4_000;

/** Time after the end of a process in which its own child processes may keep its output open. */
const OPEN_OUTPUT_MS = 30_000;

interface Waiter {
  readonly pattern: RegExp;
  readonly found: (match: RegExpExecArray) => void;
  readonly failed: (error: Error) => void;
}

/** A child process of a test: its output lines can be awaited. Nothing that waits for it waits after its end. */
export class Child {
  readonly name: string;
  readonly lines: string[] = [];
  /** Resolves with the exit code when the process has ended and its output is closed. */
  readonly exited: Promise<number | null>;
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #waiters = new Set<Waiter>();
  #over = false;

  constructor(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.name = name;
    this.#process = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#take(line);
      });
    }
    let outputLimit: NodeJS.Timeout | undefined;
    this.exited = new Promise((resolve) => {
      this.#process.once('error', (error) => {
        this.#take(String(error));
        this.#finish();
        resolve(null);
      });
      this.#process.once('exit', () => {
        outputLimit = setTimeout(() => {
          for (const stream of [this.#process.stdout, this.#process.stderr]) stream.destroy();
        }, OPEN_OUTPUT_MS);
      });
      this.#process.once('close', (code) => {
        clearTimeout(outputLimit);
        this.#finish();
        resolve(code);
      });
    });
  }

  /** The process ID; 0 if the process could not be started. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Whether the process has ended. */
  get hasEnded(): boolean {
    return this.#over;
  }

  /** Resolves with the first line, past or future, that matches. */
  line(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
    for (const line of this.lines) {
      const match = pattern.exec(line);
      if (match !== null) return Promise.resolve(match);
    }
    if (this.#over) return Promise.reject(this.failure(`ended before it printed ${String(pattern)}`));
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        pattern,
        found: (match) => {
          settle();
          resolve(match);
        },
        failed: (error) => {
          settle();
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        waiter.failed(this.failure(`did not print ${String(pattern)} within ${String(timeoutMs)} ms`));
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  /** Stops the process with a signal, and kills it when it has not exited within 30 seconds. Returns its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (this.#over) return this.exited;
    this.#process.kill(signal);
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 30_000);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a signal and does not wait for its effect. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Kills the process, like a crash. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exited;
  }

  /** Rejects when the process ends; `awaited` says what was expected of it. */
  async endsBefore(awaited: string): Promise<never> {
    const code = await this.exited;
    throw this.failure(`ended with ${String(code)} before: ${awaited}`);
  }

  /** An error with the last output lines of the process. */
  failure(what: string): Error {
    return new Error(`${this.name} ${what}; its output:\n${this.lines.slice(-30).join('\n')}`);
  }

  #take(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    for (const waiter of [...this.#waiters]) {
      const match = waiter.pattern.exec(line);
      if (match !== null) waiter.found(match);
    }
  }

  #finish(): void {
    this.#over = true;
    for (const waiter of [...this.#waiters]) waiter.failed(this.failure('ended'));
  }
}

/** Runs a program to its end. */
export async function run(name: string, command: string, args: readonly string[]): Promise<Child> {
  const child = new Child(name, command, args);
  const code = await child.exited;
  if (code !== 0) throw child.failure(`ended with code ${String(code)}`);
  return child;
}
