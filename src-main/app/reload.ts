import { SETTINGS } from '../../shared/settings-table.ts';
import { ApiError } from '../api/api-error.ts';
import { entryText } from '../api/audit-text.ts';
import { describeError } from '../base/errors.ts';
import type { LogFields, Logger } from '../base/runtime.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { SettingsError } from '../store/errors.ts';
import type { ListReload } from '../store/node-list-reload.ts';
import type { ListedNode } from '../store/node-lists-file.ts';
import type { ListControl } from './node-list-control.ts';
import type { PageTls } from './page-tls.ts';
import type { SettingReload, SettingsController } from './settings-control.ts';

/** Longer values are truncated in a line of the log, characters; the audit log has a limit of its own. */
const MAX_VALUE = 200;

/** Constructor arguments of FileReloader. */
export interface ReloadParts {
  readonly settings: Pick<SettingsController, 'reload'>;
  readonly lists: Pick<ListControl, 'reload'>;
  /** Undefined where the page is not served with TLS. */
  readonly pageTls: Pick<PageTls, 'reload' | 'current'> | undefined;
  /** Opens the log file anew, which another program may have renamed. */
  readonly reopenLog: () => Promise<void>;
  readonly logger: Logger;
  /** Of the audit log. */
  readonly audit: Logger;
}

/** Reads the files that a user may edit again while the program runs, and logs what changed. */
export class FileReloader {
  readonly #parts: ReloadParts;
  readonly #queue = new SerialQueue();

  constructor(parts: ReloadParts) {
    this.#parts = parts;
  }

  /** Reads the settings, the node lists and the page's certificate again. A file with a fault changes nothing, and the log names the fault. */
  async reload(): Promise<void> {
    await this.#queue.run(async () => {
      const { logger, reopenLog } = this.#parts;
      await reopenLog();
      const results = [
        await this.#try(() => this.#reloadSettings()),
        await this.#try(() => this.#reloadLists()),
        await this.#try(() => this.#reloadCertificate()),
      ];
      if (results.includes('failed')) return;
      const isChanged = results.includes('changed');
      logger.info(isChanged ? 'files were read again' : 'files were read again: nothing has changed');
    });
  }

  async #try(act: () => Promise<boolean>): Promise<'changed' | 'same' | 'failed'> {
    try {
      return (await act()) ? 'changed' : 'same';
    } catch (error) {
      this.#parts.logger.error('a file was not taken: the values before it stay', faultOf(error));
      return 'failed';
    }
  }

  async #reloadSettings(): Promise<boolean> {
    const changes = await this.#parts.settings.reload();
    for (const change of changes) {
      const { key, from, to } = change;
      this.#parts.logger.info('a setting changed in its file', {
        ...{ setting: key, from: textOf(from), to: textOf(to), takesEffect: effectOf(change) },
      });
      this.#parts.audit.info('settings.json', {
        ...{ who: 'file', what: key, from: JSON.stringify(from), to: JSON.stringify(to) },
      });
    }
    return changes.length > 0;
  }

  async #reloadLists(): Promise<boolean> {
    const changes = await this.#parts.lists.reload();
    for (const change of changes) {
      const { list, added, removed, edited } = change;
      this.#parts.logger.info('a node list changed in its file', {
        ...{ list, added: added.length, removed: removed.length, edited: edited.length },
      });
      this.#auditList(change);
    }
    return changes.length > 0;
  }

  #auditList({ list, added, removed, edited }: ListReload): void {
    const write = (before: ListedNode | undefined, after: ListedNode | undefined): void => {
      this.#parts.audit.info('nodes.json', {
        ...{ who: 'file', what: `${list} ${(after ?? before)?.node.idHex ?? ''}` },
        ...{ from: before && entryText(before), to: after && entryText(after) },
      });
    };
    for (const entry of removed) write(entry, undefined);
    for (const entry of added) write(undefined, entry);
    for (const { before, after } of edited) write(before, after);
  }

  async #reloadCertificate(): Promise<boolean> {
    const { pageTls, logger } = this.#parts;
    if (pageTls === undefined || !(await pageTls.reload())) return false;
    const until = new Date(pageTls.current.notAfter).toISOString();
    logger.info('the certificate of the page changed in its file', { until });
    return true;
  }
}

/** The setting at fault, where there is one, and the reason. */
function faultOf(error: unknown): LogFields {
  const ofFile = error instanceof SettingsError ? error.member : undefined;
  const setting = error instanceof ApiError ? error.field : ofFile;
  return { setting: setting ?? undefined, reason: describeError(error) };
}

const textOf = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
};

function effectOf({ key, source, restart }: SettingReload): string {
  if (source === 'flag') return `not while the command line has ${SETTINGS[key].flag ?? 'it'}`;
  if (source === 'environment') return 'not while the environment has it';
  switch (restart) {
    case 'none':
      return 'at once';
    case 'node':
      return 'at the next start of the node';
    case 'program':
      return 'at the next start of the program';
  }
}
