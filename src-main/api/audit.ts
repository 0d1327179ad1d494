import { NODE_LISTS } from '../../shared/model/node-list.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { Logger } from '../base/runtime.ts';
import { REQUEST_SUBJECTS, RPC_SUBJECTS, type AuditSubject } from './audit-subjects.ts';
import { entryText } from './audit-text.ts';
import type { ApiBackend } from './backend.ts';
import type { ApiDispatcher } from './handlers.ts';
import { insteadOf, type TableMethod } from './rpc-method.ts';
import type { DocumentedTable } from './rpc-methods.ts';

/** What the audit log reads of the node. */
export type AuditedNode = Pick<ApiBackend, 'settings' | 'lists' | 'bans' | 'recorder' | 'status'>;

/** Who makes a change through requests or methods. The lines of others have `file` or `command line`. */
export type Actor = 'window' | 'ipc' | `token ${string}`;

/** Values by name, as texts. */
type Values = ReadonlyMap<string, string>;

/** One action that may change something. */
interface Action {
  readonly actor: Actor;
  /** The request or the method. */
  readonly name: string;
  readonly subject: AuditSubject;
  /** What the action is about, from its parameters. */
  readonly about: string | undefined;
}

/**
 * The audit log: who changed what, from what to what. It compares the values before and after an action; actions on the same values
 * run one at a time, so that each change has one actor.
 */
export class Audit {
  readonly #node: AuditedNode;
  readonly #logger: Logger;
  readonly #settings = new SerialQueue();
  readonly #lists = new SerialQueue();
  readonly #bans = new SerialQueue();
  readonly #phase = new SerialQueue();
  readonly #key = new SerialQueue();

  /** @param logger of the audit log, not of the program's */
  constructor(node: AuditedNode, logger: Logger) {
    this.#node = node;
    this.#logger = logger;
  }

  /** The requests of one actor. */
  api(api: ApiDispatcher, actor: Actor): ApiDispatcher {
    return {
      call: async (name, params) => {
        const subject = subjectIn(REQUEST_SUBJECTS, name);
        if (subject === 'none') return await api.call(name, params);
        return await this.#run(
          { actor, name, subject, about: aboutRequest(name, params) },
          () => api.call(name, params),
          ({ ok }) => ok,
        );
      },
    };
  }

  /** The methods for one actor. */
  rpc({ methods, feeds }: DocumentedTable, actor: Actor): DocumentedTable {
    const audited = (name: string, method: TableMethod): TableMethod => {
      const { request } = method;
      const subject =
        request === undefined ? subjectIn(RPC_SUBJECTS, name) : subjectIn(REQUEST_SUBJECTS, request);
      if (subject === 'none') return method;
      return insteadOf(method, (params) => {
        const about = request === undefined ? aboutMethod(params[0]) : aboutRequest(request, params[0]);
        return this.#run(
          { actor, name, subject, about },
          async () => await method(params),
          () => true,
        );
      });
    };
    return { methods: new Map([...methods].map(([name, method]) => [name, audited(name, method)])), feeds };
  }

  /** Runs an action that changes settings and lists and writes its lines itself, while no other one changes them. */
  async alone<Result>(act: () => Promise<Result>): Promise<Result> {
    return await this.#inTurn('import', act);
  }

  /** Runs an action and writes a line for each change, also when it fails after some. */
  async #run<Result>(
    action: Action,
    act: () => Promise<Result>,
    isDone: (result: Result) => boolean,
  ): Promise<Result> {
    return await this.#inTurn(action.subject, async () => {
      const before = this.#valuesOf(action.subject);
      let wasDone = false;
      try {
        const result = await act();
        wasDone = isDone(result);
        return result;
      } finally {
        this.#write(action, before, this.#valuesOf(action.subject), wasDone);
      }
    });
  }

  async #inTurn<Result>(subject: AuditSubject, act: () => Promise<Result>): Promise<Result> {
    switch (subject) {
      case 'done':
      case 'none':
        return await act();
      case 'import':
        // The only one that waits for two queues, so that no two wait for each other.
        return await this.#settings.run(() => this.#lists.run(act));
      case 'settings':
      case 'recording':
        return await this.#settings.run(act);
      case 'lists':
        return await this.#lists.run(act);
      case 'bans':
        return await this.#bans.run(act);
      case 'node':
        return await this.#phase.run(act);
      case 'key':
        return await this.#key.run(act);
    }
  }

  #write({ actor, name, subject, about }: Action, before: Values, after: Values, wasDone: boolean): void {
    const names = [...new Set([...before.keys(), ...after.keys()])];
    const changed = names.filter((key) => before.get(key) !== after.get(key));
    for (const what of changed) {
      this.#logger.info(name, { who: actor, what, from: before.get(what), to: after.get(what) });
    }
    // A setting may have changed in a hidden part; `clear` is the action of enodeck_recorder that leaves no value to compare.
    const isWritten = subject === 'settings' || subject === 'done' || about === 'clear';
    if (changed.length === 0 && wasDone && isWritten) this.#logger.info(name, { who: actor, what: about });
  }

  #valuesOf(subject: AuditSubject): Values {
    switch (subject) {
      case 'settings':
        return settingValues(this.#node);
      case 'lists':
        return listValues(this.#node);
      case 'import':
        return new Map([...settingValues(this.#node), ...listValues(this.#node)]);
      case 'recording':
        return new Map([...settingValues(this.#node), ['recording', recordingText(this.#node)]]);
      case 'bans':
        return banValues(this.#node);
      case 'node':
        return new Map([['phase', this.#node.status().phase]]);
      case 'key': {
        const { id, nextId } = this.#node.status().identity;
        return new Map([['node ID', nextId ?? id]]);
      }
      case 'done':
      case 'none':
        return new Map();
    }
  }
}

/** Parameters that say what a request is about. The others may be long or secret. */
const ABOUT = ['list', 'id', 'key', 'target', 'node', 'network', 'on', 'action'] as const;

/** The values as they are shown, without secrets. */
const settingValues = ({ settings }: AuditedNode): Values =>
  new Map(settings.views().map(({ key, next }) => [key, JSON.stringify(next)]));

function recordingText({ recorder }: AuditedNode): string {
  const { isRecording, scope } = recorder.status();
  return isRecording ? JSON.stringify(scope) : 'off';
}

function listValues({ lists }: AuditedNode): Values {
  return new Map(
    NODE_LISTS.flatMap((list) =>
      lists.entries(list).map((entry): [string, string] => [`${list} ${entry.id}`, entryText(entry)]),
    ),
  );
}

/** The bans by users; those by the score come and go on their own. */
function banValues({ bans }: AuditedNode): Values {
  const byUser = bans.list().filter(({ by }) => by === 'user');
  return new Map(
    byUser.map(({ id, until, reason }) => {
      const end = until === null ? 'forever' : `until ${new Date(until).toISOString()}`;
      return [id, reason === '' ? end : `${end}, ${reason}`];
    }),
  );
}

const subjectIn = (subjects: Readonly<Record<string, AuditSubject>>, name: string): AuditSubject =>
  Object.hasOwn(subjects, name) ? (subjects[name] ?? 'none') : 'none';

const membersOf = (params: unknown): object => (typeof params === 'object' && params !== null ? params : {});

/** What a request is about. */
const aboutRequest = (name: string, params: unknown): string | undefined =>
  name === 'settings.update' ? keysOf(params) : aboutOf(params);

/** What a method is about: its first argument, or what that names. */
const aboutMethod = (first: unknown): string | undefined => textsOf([first]) ?? aboutOf(first);

function aboutOf(params: unknown): string | undefined {
  const members: Readonly<Record<string, unknown>> = { ...membersOf(params) };
  return textsOf(ABOUT.map((name) => members[name]));
}

const keysOf = (params: unknown): string => Object.keys(membersOf(params)).join(' ');

/** The texts and numbers among some values. */
function textsOf(values: readonly unknown[]): string | undefined {
  const texts = values.filter((value) => ['string', 'number', 'boolean'].includes(typeof value)).map(String);
  return texts.length === 0 ? undefined : texts.join(' ');
}
