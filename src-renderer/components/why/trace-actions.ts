/** What can be done about a traced node. */
export type TraceAction = 'static' | 'trusted' | 'ban' | 'peer' | 'copyOwn' | 'record';
