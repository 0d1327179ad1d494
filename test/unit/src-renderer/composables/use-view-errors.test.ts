import { effectScope } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { afterEach, expect, it } from 'vitest';
import { dismissNotice, useNotice } from '../../../../src-renderer/composables/use-notice.ts';
import { useViewErrors } from '../../../../src-renderer/composables/use-view-errors.ts';

afterEach(dismissNotice);

it('shows a notice when the code of a view cannot be loaded, until its scope ends', async () => {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: {} },
      { path: '/peers', component: () => Promise.reject(new TypeError('Failed to fetch')) },
    ],
  });
  const scope = effectScope();
  scope.run(() => {
    useViewErrors(router, () => 'no view');
  });
  await router.push('/');
  expect(useNotice().value).toBeNull();
  await router.push('/peers').catch(() => undefined);
  expect(useNotice().value).toMatchObject({ text: 'no view', tone: 'bad' });
  expect(router.currentRoute.value.path).toBe('/');

  scope.stop();
  dismissNotice();
  await router.push('/peers').catch(() => undefined);
  expect(useNotice().value).toBeNull();
});
