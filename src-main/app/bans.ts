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
    try {
      return await this.#bans.add(target, duration, reason);
    } catch (error) {
      throw banRefusal('target', error);
    }
  }

  remove(id: string): Promise<boolean> {
    return this.#bans.remove(id);
  }
}

/** The ApiError of a BanError, with the parameter at fault; every other error is returned as it is. */
export function banRefusal(field: string, error: unknown): unknown {
  if (!(error instanceof BanError)) return error;
  const code = BAN_CODES[error.code];
  return new ApiError(code, `${error.message}.`, code === 'list-full' ? null : field, { cause: error });
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
