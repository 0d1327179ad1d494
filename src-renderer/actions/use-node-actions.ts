import { useRouter } from 'vue-router';
import { copyText, copyWithNotice } from '../composables/copy-text.ts';
import { saveFile } from '../composables/save-file.ts';
import { messageOf } from '../composables/use-action.ts';
import { askBatch, type Batch } from '../composables/use-batch.ts';
import type { Translate } from '../composables/use-messages.ts';
import { showNotice } from '../composables/use-notice.ts';
import { batchRefusal } from '../model/batch.ts';
import { inspectorLink } from '../model/filter-chips.ts';
import { formatCount } from '../model/format.ts';
import { actionsOnMany, DANGEROUS, requestsOf, type NodeAction } from '../model/node-menu.ts';
import { addressOf, describeSubject, type NodeSubject } from '../model/node-subject.ts';
import { useBansStore } from '../stores/bans.ts';
import { useNodesStore } from '../stores/nodes.ts';
import { usePeersStore } from '../stores/peers.ts';
import { useShellStore } from '../stores/shell.ts';
import { useListMembership } from './use-list-membership.ts';
import { useNodeTexts } from './use-node-texts.ts';

/** What a view does itself. */
export interface NodePlace {
  /** Shows the trace of a node; default: in "Why no peer?". */
  readonly trace?: (id: string) => void;
  /** Shows the messages of a node; default: all of them. */
  readonly inspect?: (id: string) => void;
  /** Dials a node and shows the answer; default: a notice. */
  readonly dial?: (id: string) => void;
  /** Looks a node up; only Discovery can. */
  readonly lookup?: (id: string) => void;
}

/** Acts on one node at once, or on many after a confirmation that names them. Never rejects: an error is a notice. */
export type NodeActions = (subjects: readonly NodeSubject[], action: NodeAction) => Promise<void>;

/** The actions of every menu, bar and panel of nodes. Called in a setup function. */
export function useNodeActions(t: Translate, place: NodePlace = {}): NodeActions {
  const onOne = useActionsOnOne(t, place);
  const onMany = useActionsOnMany(t);
  return async (subjects, action) => {
    const [first] = subjects;
    if (first === undefined) return;
    try {
      const alone = subjects.length === 1 ? onOne[action] : undefined;
      await (alone === undefined ? onMany(subjects, action) : alone(first));
    } catch (error) {
      showNotice(messageOf(error), 'bad');
    }
  };
}

type OneAction = (subject: NodeSubject) => unknown;

/** Without an entry, an action on one node is the action on many. */
function useActionsOnOne(t: Translate, place: NodePlace): Readonly<Partial<Record<NodeAction, OneAction>>> {
  const router = useRouter();
  const peers = usePeersStore();
  const shell = useShellStore();
  const lists = useListMembership(t);
  const texts = useNodeTexts(t);

  const copy = async (text: string | null, what: string): Promise<void> => {
    if (text === null) showNotice(t('peers.noRecord', { what }), 'bad');
    else await copyWithNotice(text, what, t);
  };
  const dial = async ({ id }: NodeSubject): Promise<void> => {
    const { connected, refusal } = await peers.dial(id);
    if (connected) showNotice(t('peers.dialled'));
    else showNotice(t('peers.dialRefused', { reason: refusal ?? '' }), 'bad');
  };
  return {
    dial: place.dial === undefined ? dial : ({ id }) => place.dial?.(id),
    peer: ({ id }) => router.push({ name: 'peers', params: { id } }),
    makeStatic: async (subject) => lists.add('static', await texts.required(subject), subject.label),
    makeTrusted: async (subject) => lists.add('trusted', await texts.required(subject), subject.label),
    dropStatic: ({ id }) => lists.remove('static', id),
    dropTrusted: ({ id }) => lists.remove('trusted', id),
    trace: ({ id }) =>
      place.trace === undefined ? router.push({ name: 'why', params: { id } }) : place.trace(id),
    request: ({ id }) => shell.openComposer(id),
    inspect: ({ id }) => (place.inspect === undefined ? router.push(inspectorLink(id)) : place.inspect(id)),
    test: async (subject) => router.push({ name: 'doctor', query: { node: await texts.required(subject) } }),
    record: async (subject) => {
      const { enr } = await texts.of(subject);
      if (enr === null) showNotice(t('peers.noRecord', { what: 'ENR' }), 'bad');
      else shell.openRecord(enr);
    },
    lookup: ({ id }) => place.lookup?.(id),
    talk: ({ id, enr }) => shell.openTalk(enr ?? id),
    copyEnode: async (subject) => copy((await texts.of(subject)).enode, 'enode'),
    copyEnr: async (subject) => copy((await texts.of(subject)).enr, 'ENR'),
    copyId: ({ id }) => copy(id, t('common.nodeId')),
    copyAddress: (subject) => copy(addressOf(subject), t('column.address')),
    ban: ({ id, name, ip, port, kind }) => shell.openBan({ id, name, ip, port, isStatic: kind.static }),
  };
}

/** The actions that change something, one request a node. */
type BatchAction = 'makeStatic' | 'dropStatic' | 'makeTrusted' | 'dropTrusted' | 'disconnect' | 'ban';

function useActionsOnMany(t: Translate): NodeActions {
  const peers = usePeersStore();
  const nodes = useNodesStore();
  const bans = useBansStore();
  const texts = useNodeTexts(t);
  const lines = useLineActions(t);

  const drop = async (list: 'static' | 'trusted', id: string): Promise<void> => {
    const { removed } = await nodes.remove(list, id);
    if (!removed) throw new Error(t('peers.notListed'));
  };
  const add = async (list: 'static' | 'trusted', subject: NodeSubject): Promise<void> => {
    await nodes.add({ list, text: await texts.required(subject), label: subject.label });
  };
  const run: Readonly<
    Record<BatchAction, (subject: NodeSubject, ...ban: Parameters<Batch['run']>) => unknown>
  > = {
    makeStatic: (subject) => add('static', subject),
    makeTrusted: (subject) => add('trusted', subject),
    dropStatic: ({ id }) => drop('static', id),
    dropTrusted: ({ id }) => drop('trusted', id),
    disconnect: async ({ id }) => {
      const { disconnected } = await peers.disconnect(id);
      if (!disconnected) throw new Error(t('peers.gone'));
    },
    ban: ({ id }, _key, { duration, reason }) => bans.add({ target: id, duration, reason }),
  };
  const ask = (subjects: readonly NodeSubject[], action: BatchAction): void => {
    const byId = new Map(subjects.map((subject) => [subject.id, subject]));
    const n = formatCount(subjects.length);
    const only = subjects.length === 1 ? subjects[0] : undefined;
    askBatch(
      {
        title: t(`batch.title.${action}`, { n }, subjects.length),
        text:
          only !== undefined && action === 'disconnect'
            ? t('peers.disconnectText', { peer: describeSubject(only) })
            : t(`batch.text.${action}`, {}, subjects.length),
        action: t(`batch.action.${action}`),
        danger: DANGEROUS.has(action),
        items: subjects.map((subject) => ({ key: subject.id, name: describeSubject(subject) })),
        note: action === 'disconnect' ? staticNote(t, subjects) : null,
        bans: action === 'ban',
        run: async (id, ban) => {
          const subject = byId.get(id);
          if (subject !== undefined) await run[action](subject, id, ban);
        },
        done: (count) => t(`batch.done.${action}`, { n: formatCount(count) }, count),
      },
      t,
    );
  };

  return async (subjects, action) => {
    const applies = actionsOnMany(subjects).find((entry) => entry.action === action)?.subjects ?? [];
    const refusal = batchRefusal(requestsOf(action, applies), t);
    if (refusal !== null) showNotice(refusal, 'bad');
    else if (action in run) ask(applies, action as BatchAction);
    else await lines[action]?.(applies);
  };
}

/** The actions whose outcome is text with a line a node. */
function useLineActions(
  t: Translate,
): Readonly<Partial<Record<NodeAction, (subjects: readonly NodeSubject[]) => Promise<void>>>> {
  const texts = useNodeTexts(t);
  const enodesOf = async (subjects: readonly NodeSubject[]): Promise<readonly string[]> => {
    const found = await texts.enodes(subjects);
    const without = subjects.length - found.length;
    if (without > 0) showNotice(t('batch.without', { n: formatCount(without) }, without), 'bad');
    return found;
  };
  const copy = async (lines: readonly string[], done: 'batch.copied' | 'batch.copiedIds'): Promise<void> => {
    if (lines.length === 0) return;
    const n = formatCount(lines.length);
    if (await copyText(lines.join('\n'))) showNotice(t(done, { n }, lines.length));
    else showNotice(t('copy.failed', { what: n }), 'bad');
  };
  return {
    copyId: (subjects) =>
      copy(
        subjects.map(({ id }) => id),
        'batch.copiedIds',
      ),
    copyEnode: async (subjects) => copy(await enodesOf(subjects), 'batch.copied'),
    export: async (subjects) => {
      const found = await enodesOf(subjects);
      if (found.length > 0) saveFile('enodes.txt', `${found.join('\n')}\n`);
    },
  };
}

function staticNote(t: Translate, subjects: readonly NodeSubject[]): string | null {
  const fixed = subjects.filter(({ kind }) => kind.static).length;
  if (fixed === 0) return null;
  return subjects.length === 1
    ? t('peers.disconnectStatic')
    : t('batch.someStatic', { n: formatCount(fixed) }, fixed);
}
