import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAX_PREVIEW_TEXTS } from '../../shared/model/desktop.ts';
import { FileError } from '../base/regular-file.ts';
import { isNodeLink, readNodeLink } from './node-link.ts';
import type { OpenedFiles } from './opened-file.ts';
import type { PageCommands } from './page-commands.ts';

/** BOUNDED: characters of a name in a sentence. */
const MAX_NAME = 80;

/** Opens links and files that the system, a second start or the menu hands over: the page shows each before it acts. */
export class Opener {
  readonly #commands: Pick<PageCommands, 'send'>;
  readonly #files: Pick<OpenedFiles, 'hold'>;
  readonly #show: () => void;

  /** @param show brings the window to the front */
  constructor(commands: Pick<PageCommands, 'send'>, files: Pick<OpenedFiles, 'hold'>, show: () => void) {
    this.#commands = commands;
    this.#files = files;
    this.#show = show;
  }

  /**
   * Opens what one start hands over: all its links together, or else its first file.
   * @param operands links, paths and file: URLs
   * @param folder that relative paths start from
   */
  async open(operands: readonly string[], folder: string): Promise<void> {
    const links = operands.filter(isNodeLink);
    const [file, ...others] = operands.filter((operand) => operand !== '' && !isNodeLink(operand));
    if (links.length > 0) this.#openLinks(links);
    else if (file !== undefined) await this.#openFile(file, folder);
    const left = others.length + (links.length > 0 && file !== undefined ? 1 : 0);
    if (left > 0) this.#refuse(`One file is opened at a time: ${filesText(left)} not opened.`);
    if (operands.length > 0) this.#show();
  }

  #openLinks(links: readonly string[]): void {
    const results = links.slice(0, MAX_PREVIEW_TEXTS).map(readNodeLink);
    const texts = results.flatMap((result) => (result.ok ? [result.text] : []));
    const refused = results.find((result) => !result.ok);
    if (texts.length > 0) this.#commands.send({ kind: 'preview-nodes', texts });
    if (refused?.ok === false) this.#refuse(refused.reason);
    else if (links.length > MAX_PREVIEW_TEXTS) {
      this.#refuse(`Only the first ${String(MAX_PREVIEW_TEXTS)} links were opened.`);
    }
  }

  async #openFile(operand: string, folder: string): Promise<void> {
    const path = pathOf(operand, folder);
    const name = basename(path ?? operand).slice(0, MAX_NAME);
    try {
      if (path === undefined) throw new FileError('file-missing', 'is not a file of this machine');
      this.#commands.send({ kind: 'preview-file', file: await this.#files.hold(path) });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#refuse(`The file was not opened: ${name} ${error.message}.`);
    }
  }

  #refuse(reason: string): void {
    this.#commands.send({ kind: 'refuse', reason });
  }
}

const filesText = (count: number): string =>
  count === 1 ? 'another one was' : `${String(count)} others were`;

/** The path of an operand: a desktop gives file: URLs or paths. Undefined for a URL of another machine or another scheme. */
function pathOf(operand: string, folder: string): string | undefined {
  // A path may start like a scheme of one letter, which is a drive of Windows.
  if (!/^[a-z][a-z0-9+.-]+:/i.test(operand)) return resolve(folder, operand);
  try {
    const url = new URL(operand);
    const isLocal = url.protocol === 'file:' && url.hostname === '' && !url.href.includes('%00');
    return isLocal ? fileURLToPath(url) : undefined;
  } catch {
    return undefined;
  }
}
