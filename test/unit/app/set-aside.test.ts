import { expect, it } from 'vitest';
import { openDespiteSettings } from '../../../src-main/app/set-aside.ts';
import { SettingFailure } from '../../../src-main/app/setting-failure.ts';
import { EnodeckError } from '../../../src-main/base/errors.ts';
import type { SettingKey } from '../../../shared/settings-table.ts';

const failureOf = (key: SettingKey): SettingFailure =>
  new SettingFailure(key, 'Message.', new EnodeckError('settings', 'invalid-node', 'Message.'));

/** Opens what fails for each of these settings until it is set aside. */
function opener(faulty: readonly SettingKey[], maySetAside = true) {
  const calls: (readonly SettingKey[] | 'close')[] = [];
  const opening = openDespiteSettings({
    maySetAside,
    open: (aside) => {
      calls.push(aside);
      const key = faulty.find((each) => !aside.includes(each));
      return key === undefined ? Promise.resolve('opened') : Promise.reject(failureOf(key));
    },
    close: () => {
      calls.push('close');
      return Promise.resolve();
    },
  });
  return { opening, calls };
}

it('sets aside one setting after the other, and closes before each new attempt', async () => {
  const { opening, calls } = opener(['genesis', 'nodeKey']);
  const { opened, blockedBy } = await opening;
  expect([opened, [...blockedBy.keys()]]).toEqual(['opened', ['genesis', 'nodeKey']]);
  expect(calls).toEqual([[], 'close', ['genesis'], 'close', ['genesis', 'nodeKey']]);
});

it('fails where no setting may be set aside, with everything closed', async () => {
  const { opening, calls } = opener(['genesis'], false);
  await expect(opening).rejects.toMatchObject({ setting: 'genesis' });
  expect(calls).toEqual([[], 'close']);
});

it('fails with an error that names no setting, or one that is set aside already', async () => {
  const failing = (error: Error): Promise<unknown> =>
    openDespiteSettings({
      maySetAside: true,
      open: () => Promise.reject(error),
      close: () => Promise.resolve(),
    });
  await expect(failing(new Error('no disk'))).rejects.toThrow('no disk');
  await expect(failing(failureOf('nodeKey'))).rejects.toMatchObject({ setting: 'nodeKey' });
});
