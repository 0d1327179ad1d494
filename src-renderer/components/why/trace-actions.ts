/** What can be done about a traced node. */
export type TraceAction = 'static' | 'form' | 'trusted' | 'ban' | 'peer' | 'inspect' | 'copyOwn' | 'record';
