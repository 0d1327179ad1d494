import { MAX_NODE_TEXT } from '../../shared/enode.ts';
import { MAX_PREVIEW_TEXTS, type DesktopCommand, type PendingCommand } from '../../shared/model/desktop.ts';

/** BOUNDED: commands that wait for the page; the oldest are dropped. */
export const MAX_PENDING = 32;

/** Commands to the page that it has not taken: they wait while it loads, and while the window is closed or hidden. */
export class PageCommands {
  #pending: readonly PendingCommand[] = [];
  #lastSeq = 0;

  /** Sends a command to the page. @throws RangeError for more or longer texts than a command may have */
  send(command: DesktopCommand): void {
    if (
      command.kind === 'preview-nodes' &&
      (command.texts.length > MAX_PREVIEW_TEXTS || command.texts.some((text) => text.length > MAX_NODE_TEXT))
    ) {
      throw new RangeError('a command has too many nodes');
    }
    this.#lastSeq += 1;
    this.#pending = [...this.#pending, { seq: this.#lastSeq, command }].slice(-MAX_PENDING);
  }

  /** Commands that the page has not taken, oldest first. */
  pending(): readonly PendingCommand[] {
    return this.#pending;
  }

  /** The page has taken all commands up to this number. */
  taken(seq: number): void {
    this.#pending = this.#pending.filter((waiting) => waiting.seq > seq);
  }
}
