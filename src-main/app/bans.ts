import type { Ban } from '../../shared/model/ban.ts';
import { ApiError } from '../api/api-error.ts';
import type { BanControl, BanInput } from '../api/backend.ts';
import type { BanList } from '../server/bans.ts';
import { BanError } from '../server/ban-target.ts';

/** The bans as the API shows and changes them. */
export class BanController implements BanControl {
  readonly #bans: BanList;

  constructor(bans: BanList) {
    this.#bans = bans;
  }

  list(): readonly Ban[] {
    return this.#bans.list();
  }

  async add({ target, duration, reason }: BanInput): Promise<Ban> {
    return await banRefusals('target', () => this.#bans.add(target, duration, reason));
  }

  remove(id: string): Promise<boolean> {
    return this.#bans.remove(id);
  }
}

/** Names the input that is wrong where a ban, or what a ban forbids, is refused. @throws ApiError in BanError's place */
export async function banRefusals<Result>(field: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof BanError)) throw error;
    const code = BAN_CODES[error.code];
    throw new ApiError(code, `${error.message}.`, code === 'list-full' ? null : field, { cause: error });
  }
}

const BAN_CODES = {
  'invalid-target': 'invalid-target',
  'unspecified-address': 'invalid-target',
  'whole-network': 'invalid-target',
  'own-node': 'invalid-target',
  'trusted-node': 'trusted-node',
  'banned-by-hand': 'banned-by-hand',
  'ban-list-full': 'list-full',
} as const;
