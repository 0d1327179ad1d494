import { z } from 'zod';
import { logLevelOf } from '../../shared/model/log.ts';
import { wholeNumber } from '../../shared/setting-spec.ts';
import { SETTINGS } from '../../shared/settings-table.ts';
import type { ApiBackend } from './backend.ts';
import { method, param, type NamedMethods } from './rpc-method.ts';

/**
 * geth's methods for the log (internal/debug/api.go Verbosity, Vmodule). They change the settings, so that window and
 * settings.json show what is in force.
 */
export function logMethods(backend: ApiBackend): NamedMethods {
  return [
    [
      'debug_verbosity',
      method(
        'Sets the log level, 0 to 5 as in geth',
        [param('level', wholeNumber(0, 5))],
        z.null(),
        (level) => setVerbosity(backend, level),
      ),
    ],
    [
      'debug_vmodule',
      method(
        'Sets the log levels of modules, pattern=level separated by commas',
        [param('pattern', SETTINGS.logModules.schema)],
        z.null(),
        (levels) => setModuleLevels(backend, levels),
      ),
    ],
  ];
}

async function setVerbosity(backend: ApiBackend, level: number): Promise<null> {
  const logLevel = logLevelOf(String(level));
  if (logLevel !== undefined) await backend.settings.update({ logLevel });
  return null;
}

async function setModuleLevels(backend: ApiBackend, logModules: string | null): Promise<null> {
  await backend.settings.update({ logModules });
  return null;
}
