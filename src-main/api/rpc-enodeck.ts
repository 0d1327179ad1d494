import { z } from 'zod';
import { API_REQUESTS, API_TOPICS } from '../../shared/api-contract.ts';
import { SETTING_KEYS, settingsChange, type SettingKey } from '../../shared/settings-table.ts';
import type { SettingValue, SettingView } from '../../shared/model/settings.ts';
import type { Ban } from '../../shared/model/ban.ts';
import { banReason } from '../../shared/causes/sentences.ts';
import { checkValue } from '../../shared/schema-check.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError } from './json-rpc.ts';
import { healthCheck, nodeStatus } from './results/node-results.ts';
import { ban, pastSession } from './results/peer-results.ts';
import { doctorReport } from './results/tool-results.ts';
import { method, param, text, type NamedMethods } from './rpc-method.ts';
import { sessionWithText, traceWithText, whyWithText } from './rpc-why-text.ts';

/** Default number of past sessions in one answer. */
const DEFAULT_SESSIONS = 100;
/** BOUNDED: characters of the ID or target of a ban. */
const MAX_TARGET = 2_048;
const noSessionFilter = { before: null, limit: DEFAULT_SESSIONS, text: '', node: null };
const sessionFilter = z.strictObject(API_REQUESTS['sessions.list'].params.shape).partial();

const doctorOptions = z.strictObject({ special: z.boolean().default(false) });
const settingKey = z.enum(SETTING_KEYS, 'must be the key of a setting, as enodeck_settings has them');
const settingValue = z.union(
  [z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()],
  'must be text, a number, true, false, a list of texts or null',
);

const banInput = API_REQUESTS['bans.add'].params.shape;
const why = API_TOPICS.why.shape;

const anObject = z.looseObject({});
const aSetting = z.strictObject({
  key: settingKey,
  value: settingValue,
  default: settingValue,
  source: z.string(),
  restart: z.string(),
  next: settingValue.optional(),
});
const sessionPage = z.strictObject({
  records: z.array(pastSession),
  next: z.string().nullable(),
  total: z.int(),
});

/**
 * Creates the methods that geth does not have. They return the data of the window in the shapes of shared/model, and the
 * sentences that the window makes of its codes.
 */
export function enodeckMethods(backend: ApiBackend): NamedMethods {
  const { bans, settings } = backend;
  return [
    ['enodeck_status', method('What the window shows of this node', [], nodeStatus, () => backend.status())],
    ['enodeck_health', method('The health list', [], z.array(healthCheck), () => backend.status().health)],
    ['enodeck_chain', method('The chain that the node serves', [], anObject, () => backend.chain())],
    [
      'enodeck_sessions',
      method(
        'Past sessions, newest first',
        [param('query', sessionFilter.default({}))],
        sessionPage,
        (query) => sessions(backend, query),
      ),
    ],
    ['enodeck_bans', method('The bans', [], z.array(ban), () => bans.list().map(banOf))],
    [
      'enodeck_ban',
      method(
        'Bans a node, an address or a network',
        [
          param('target', banInput.target),
          param('duration', banInput.duration.default('day')),
          param('reason', banInput.reason.default('')),
        ],
        ban,
        async (target, duration, reason) => banOf(await bans.add({ target, duration, reason })),
      ),
    ],
    [
      'enodeck_unban',
      // By ID, or by target in any notation.
      method('Removes a ban', [param('target', text.trim().max(MAX_TARGET))], z.boolean(), (id) =>
        bans.remove(id),
      ),
    ],
    ...traceMethods(backend),
    [
      'enodeck_settings',
      method('Every setting', [], z.array(aSetting), () => settings.views().map(settingOf)),
    ],
    [
      'enodeck_setSetting',
      method(
        'Changes a setting',
        [param('key', settingKey), param('value', settingValue)],
        aSetting,
        (key, value) => setSetting(backend, key, value),
      ),
    ],
    [
      'enodeck_resetSetting',
      // To its default, also when the value came from a flag or an environment variable.
      method('Resets a setting to its default', [param('key', settingKey)], aSetting, async (key) =>
        settingIn(await settings.reset(key), key),
      ),
    ],
  ];
}

/** The methods that say why a node is no peer. */
function traceMethods(backend: ApiBackend): NamedMethods {
  return [
    [
      'enodeck_why',
      method(
        'The funnel over all candidates',
        [
          param('span', why.span.default('1h')),
          param('step', why.step.default(null)),
          param('code', why.code.default(null)),
        ],
        anObject,
        (span, step, code) => whyWithText(backend.why.snapshot(span, step, code), backend.why.now()),
      ),
    ],
    [
      'enodeck_whyNot',
      method('The trace of one node', [param('node', text)], anObject, (node) =>
        traceWithText(backend.why.trace(node), backend.why.now()),
      ),
    ],
    [
      'enodeck_doctor',
      // The subscription `doctor` has its progress.
      method(
        'Tests a node and returns the whole report',
        [param('node', text), param('options', doctorOptions.prefault({}))],
        doctorReport,
        (input, { special }) => backend.doctor.run({ input, special }),
      ),
    ],
  ];
}

async function sessions(backend: ApiBackend, filter: z.output<typeof sessionFilter>): Promise<unknown> {
  const page = await backend.sessions.page({
    before: filter.before ?? noSessionFilter.before,
    limit: filter.limit ?? noSessionFilter.limit,
    text: filter.text ?? noSessionFilter.text,
    node: filter.node ?? noSessionFilter.node,
  });
  return { ...page, records: page.records.map(sessionWithText) };
}

/** A ban with its reason in words. */
const banOf = (of: Ban): Ban => ({ ...of, reason: banReason(of) });

async function setSetting(backend: ApiBackend, key: SettingKey, value: SettingValue): Promise<object> {
  const { settings } = backend;
  const checked = checkValue(settingsChange, { [key]: value });
  if (!checked.ok) {
    throw new RpcError(RPC_CODES.invalidParams, `invalid argument 1: "${key}" ${checked.reason}`);
  }
  return settingIn(await settings.update(checked.value), key);
}

function settingIn(views: readonly SettingView[], key: SettingKey): object {
  const view = views.find((candidate) => candidate.key === key);
  return view === undefined ? {} : settingOf(view);
}

/** The fields of a setting that a script needs, without the texts for display. */
function settingOf({ key, value, default: usual, source, restart, pending, next }: SettingView): object {
  return { key, value, default: usual, source, restart, ...(pending ? { next } : {}) };
}
