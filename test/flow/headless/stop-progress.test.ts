import { expect, test } from 'vitest';
import { STOP_STEPS } from '../../../shared/model/desktop.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

test('what a stop has still to do is in the order in which it is done', async () => {
  const application = await applications.start('data');
  expect(application.stopProgress()).toEqual({
    left: STOP_STEPS.filter((step) => step !== 'demo'),
    sessions: 0,
  });
  const stopped = application.stop();
  expect(application.stopProgress().left[0]).toBe('page');
  await stopped;
  expect(application.stopProgress()).toEqual({ left: [], sessions: 0 });
});
