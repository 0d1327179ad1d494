import { z } from 'zod';
import { API_REQUESTS, API_TOPICS } from '../../shared/api-contract.ts';
import { SETTING_KEYS, type SettingKey } from '../../shared/settings-table.ts';
import type { DoctorReport } from '../../shared/model/doctor.ts';
import type { SettingView } from '../../shared/model/settings.ts';
import type { Ban } from '../../shared/model/ban.ts';
import { banReason } from '../../shared/causes/sentences.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError, type RpcFeed, type RpcMethod } from './json-rpc.ts';
import { assertCount, checkedArgument, optionalTextAt, textAt } from './rpc-arguments.ts';
import { sessionWithText, traceWithText, whyWithText } from './rpc-why-text.ts';

/** Default number of past sessions in one answer. */
const DEFAULT_SESSIONS = 100;
const noSessionFilter = { before: null, limit: DEFAULT_SESSIONS, text: '', node: null };
const sessionFilter = z.strictObject(API_REQUESTS['sessions.list'].params.shape).partial();

const doctorOptions = z.strictObject({ special: z.boolean().optional() });

/**
 * Creates the methods that geth does not have. They return the data of the window in the shapes of shared/model, and the
 * sentences that the window makes of its codes.
 */
export function enodeckMethods(backend: ApiBackend): readonly (readonly [string, RpcMethod])[] {
  return [
    ['enodeck_status', withoutArguments(() => backend.status())],
    ['enodeck_health', withoutArguments(() => backend.status().health)],
    ['enodeck_chain', withoutArguments(() => backend.chain())],
    ['enodeck_sessions', (params) => sessions(backend, params)],
    ['enodeck_bans', withoutArguments(() => backend.bans.list().map(banOf))],
    ['enodeck_ban', (params) => ban(backend, params)],
    ['enodeck_unban', (params) => unban(backend, params)],
    ['enodeck_why', (params) => why(backend, params)],
    ['enodeck_whyNot', (params) => whyNot(backend, params)],
    ['enodeck_doctor', (params) => doctor(backend, params)],
    ['enodeck_settings', withoutArguments(() => backend.settings.views().map(settingOf))],
    ['enodeck_setSetting', (params) => setSetting(backend, params)],
    ['enodeck_resetSetting', (params) => resetSetting(backend, params)],
  ];
}

const withoutArguments =
  (read: () => unknown): RpcMethod =>
  (params) => {
    assertCount(params, 0);
    return read();
  };

async function sessions(backend: ApiBackend, params: readonly unknown[]): Promise<unknown> {
  assertCount(params, 1);
  const filter = checkedArgument(sessionFilter, params[0] ?? {});
  const page = await backend.sessions.page({
    before: filter.before ?? noSessionFilter.before,
    limit: filter.limit ?? noSessionFilter.limit,
    text: filter.text ?? noSessionFilter.text,
    node: filter.node ?? noSessionFilter.node,
  });
  return { ...page, records: page.records.map(sessionWithText) };
}

async function ban(backend: ApiBackend, params: readonly unknown[]): Promise<unknown> {
  assertCount(params, 3);
  const input = {
    target: textAt(params, 0),
    duration: optionalTextAt(params, 1) ?? 'day',
    reason: optionalTextAt(params, 2) ?? '',
  };
  return banOf(await backend.bans.add(checkedArgument(API_REQUESTS['bans.add'].params, input)));
}

/** A ban with its reason in words. */
const banOf = (ban: Ban): object => ({ ...ban, reason: banReason(ban) });

/** Removes a ban by ID, or by target in any notation. */
function unban(backend: ApiBackend, params: readonly unknown[]): Promise<boolean> {
  assertCount(params, 1);
  const { id } = checkedArgument(API_REQUESTS['bans.remove'].params, { id: textAt(params, 0).trim() });
  return backend.bans.remove(id);
}

function why(backend: ApiBackend, params: readonly unknown[]): object {
  assertCount(params, 3);
  const input = checkedArgument(API_TOPICS.why, {
    span: optionalTextAt(params, 0) ?? '1h',
    step: optionalTextAt(params, 1) ?? null,
    code: optionalTextAt(params, 2) ?? null,
  });
  return whyWithText(backend.why.snapshot(input.span, input.step, input.code), backend.why.now());
}

function whyNot(backend: ApiBackend, params: readonly unknown[]): object {
  assertCount(params, 1);
  return traceWithText(backend.why.trace(textAt(params, 0)), backend.why.now());
}

/** Reports of tests as they proceed: `enodeck_subscribe ["doctor"]`. */
export function doctorFeed(backend: ApiBackend, params: readonly unknown[]): RpcFeed {
  assertCount(params, 0);
  return (notify) => backend.doctor.onProgress(notify);
}

/** Tests a node and returns the whole report; `doctorFeed` has its progress. */
function doctor(backend: ApiBackend, params: readonly unknown[]): Promise<DoctorReport> {
  assertCount(params, 2);
  const options = checkedArgument(doctorOptions, params[1] ?? {});
  return backend.doctor.run({ input: textAt(params, 0), special: options.special ?? false });
}

async function setSetting(backend: ApiBackend, params: readonly unknown[]): Promise<object> {
  assertCount(params, 2);
  const key = settingKeyAt(params, 0);
  if (params.length < 2) throw new RpcError(RPC_CODES.invalidParams, 'missing value for required argument 1');
  const change = checkedArgument(API_REQUESTS['settings.update'].params, { [key]: params[1] });
  return settingIn(await backend.settings.update(change), key);
}

/** Resets a setting to its default, also when the value came from a flag or an environment variable. */
async function resetSetting(backend: ApiBackend, params: readonly unknown[]): Promise<object> {
  assertCount(params, 1);
  const key = settingKeyAt(params, 0);
  return settingIn(await backend.settings.reset(key), key);
}

function settingKeyAt(params: readonly unknown[], index: number): SettingKey {
  const name = textAt(params, index);
  const key = SETTING_KEYS.find((known) => known === name);
  if (key !== undefined) return key;
  const reason = `invalid argument ${String(index)}: there is no setting "${name.slice(0, 64)}"`;
  throw new RpcError(RPC_CODES.invalidParams, reason);
}

function settingIn(views: readonly SettingView[], key: SettingKey): object {
  const view = views.find((candidate) => candidate.key === key);
  return view === undefined ? {} : settingOf(view);
}

/** The fields of a setting that a script needs, without the texts for display. */
function settingOf({ key, value, default: usual, source, restart, pending, next }: SettingView): object {
  return { key, value, default: usual, source, restart, ...(pending ? { next } : {}) };
}
