import { computed, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type {
  ComposerInput,
  ComposerMessage,
  ComposerPreview,
  ComposerResult,
  ComposerTarget,
} from '../../shared/model/composer.ts';
import type { RecordRow } from '../../shared/model/recording.ts';
import type { WireJson } from '../../shared/model/wire.ts';
import { ApiError, request } from '../api.ts';
import { messageOf } from '../composables/use-action.ts';

type Values = { readonly [name: string]: WireJson };

/** Why a message cannot be sent: a sentence, and the field that is wrong. */
export interface ComposerFault {
  readonly message: string;
  readonly field: string | null;
}

function faultOf(error: unknown): ComposerFault {
  return {
    message: messageOf(error),
    field: error instanceof ApiError ? error.field : null,
  };
}

/** The message that is composed, and its preview, which follows each change. */
function createDraft() {
  const target = shallowRef<ComposerTarget | null>(null);
  const protocol = ref('');
  const code = ref(0);
  const values = shallowRef<Values>({});
  /** Payload as hex; null for the typed form. */
  const raw = ref<string | null>(null);
  const preview = shallowRef<ComposerPreview | null>(null);
  const fault = shallowRef<ComposerFault | null>(null);
  /** Number of the current message; replies about an earlier one are discarded. */
  let edition = 0;

  const protocols = computed(() => target.value?.protocols ?? []);
  const current = computed(() => protocols.value.find((one) => one.protocol === protocol.value) ?? null);
  const message = computed<ComposerMessage | null>(
    () => current.value?.messages.find((one) => one.code === code.value) ?? null,
  );
  const inputOf = (node: string): ComposerInput => ({
    ...{ node, protocol: protocol.value, code: code.value },
    fields: raw.value === null ? values.value : null,
    raw: raw.value === null ? null : raw.value.replace(/\s|^0x/g, ''),
  });
  const check = async (): Promise<void> => {
    edition += 1;
    const checked = edition;
    if (target.value === null || protocol.value === '') return;
    try {
      const fresh = await request('composer.preview', inputOf(target.value.id));
      if (checked !== edition) return;
      preview.value = fresh;
      fault.value = null;
    } catch (error) {
      if (checked !== edition) return;
      preview.value = null;
      fault.value = faultOf(error);
    }
  };
  const clear = (): void => {
    edition += 1;
    target.value = null;
    fault.value = null;
    preview.value = null;
  };
  const state = { target, protocol, code, values, raw, preview, fault, protocols, current, message };
  return { ...state, inputOf, check, clear };
}

/** Sends the draft, and keeps what it led to. */
function createSending({ target, fault, inputOf, check }: ReturnType<typeof createDraft>) {
  const result = shallowRef<ComposerResult | null>(null);
  const sending = ref(false);
  const confirmRaw = ref(false);
  const confirmListed = ref(false);
  const send = async (): Promise<void> => {
    if (target.value === null || sending.value) return;
    sending.value = true;
    result.value = null;
    try {
      const consent = { confirmRaw: confirmRaw.value, confirmListed: confirmListed.value };
      result.value = await request('composer.send', { ...inputOf(target.value.id), ...consent });
      await check();
    } catch (error) {
      fault.value = faultOf(error);
    } finally {
      sending.value = false;
    }
  };
  return { result, sending, confirmRaw, confirmListed, send };
}

/** A request that a person composes for one node. */
export const useComposerStore = defineStore('composer', () => {
  const whole = createDraft();
  const { check, clear, ...draft } = whole;
  const { target, fault } = draft;
  const { send, ...outcome } = createSending(whole);
  const { result, confirmRaw, confirmListed } = outcome;

  const choose = (name: string, chosen: number): void => {
    draft.protocol.value = name;
    draft.code.value = chosen;
    draft.values.value = draft.message.value?.initial ?? {};
    draft.raw.value = null;
    result.value = null;
    confirmRaw.value = false;
    confirmListed.value = false;
    void check();
  };

  const open = async (node: string): Promise<void> => {
    clear();
    result.value = null;
    try {
      target.value = await request('composer.messages', { node });
      const [first] = target.value.protocols;
      if (first !== undefined) choose(first.protocol, first.messages[0]?.code ?? 0);
    } catch (error) {
      fault.value = faultOf(error);
    }
  };
  /** Sends a recorded request again, with the fields that it had. What cannot be sent is a fault, as in the form. */
  const repeat = async (row: RecordRow): Promise<void> => {
    if (row.nodeId === null) return;
    await open(row.nodeId);
    if (target.value === null) return;
    try {
      const detail = await request('recorder.detail', { seq: row.seq });
      choose(row.protocol, row.code);
      draft.values.value = fieldsOf(draft.message.value, detail?.decoded?.json ?? null);
      await check();
      if (fault.value === null) await send();
    } catch (error) {
      fault.value = faultOf(error);
    }
  };

  return {
    ...draft,
    ...outcome,
    choose,
    /** Loads what can be sent to a node: a node ID, an enode URL or a record. */
    open,
    repeat,
    setValues: (next: Values): void => {
      draft.values.value = next;
      void check();
    },
    /** Switches to raw bytes, which start as those of the form, or back. */
    setRaw: (next: string | null): void => {
      draft.raw.value = next;
      void check();
    },
    send,
  };
});

/** Values of the form from the JSON of a message: without the fields that the node fills. */
function fieldsOf(message: ComposerMessage | null, json: WireJson): Values {
  const fields = typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Values) : {};
  const names = new Set(message?.fields.map(({ name }) => name));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
}
