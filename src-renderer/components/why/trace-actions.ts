/** What can be done about a traced node. */
export type TraceAction =
  'test' | 'static' | 'dial' | 'form' | 'trusted' | 'ban' | 'peer' | 'inspect' | 'copyOwn' | 'record';
