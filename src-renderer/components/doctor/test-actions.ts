/** What can be done after a test. */
export type TestAction =
  'connect' | 'copy' | 'test-special' | 'test-suggestion' | 'copy-suggestion' | 'trace';
