/** What can be done with a known node. */
export type KnownAction =
  | 'trace'
  | 'dial'
  | 'static'
  | 'record'
  | 'test'
  | 'request'
  | 'inspect'
  | 'copyEnode'
  | 'copyEnr'
  | 'copyId';
