/*
 * The rooms of docs/ARCHITECTURE.md as rules. A stage imports the foundation, the event types and the causes; it receives
 * everything else as a constructor argument. From the stage directly below it in the protocol stack it imports only types and errors.
 */

/** Rooms that every stage may import. */
const FOUNDATION = '^src-main/(base|node-record|chain)/';
/** The union of event types, the taps of the recording, and the causes. */
const EVENTS_AND_CAUSES =
  '^src-main/(events/(events|connection-tap|packet-tap|dns-tap|test-tap)|causes/[^/]+)\\.ts$';
/** Rooms that only read events. */
const READERS = 'events|causes|health|progress|stats';
const STAGES = 'discovery|crawl|dialing|rlpx|p2p|eth|snap|archive|server|nat|store';
/** Rooms with rules of their own. */
const KNOWN = `base|node-record|chain|${READERS}|${STAGES}|api|app|cli|compose|desktop|demo|doctor|wire|recorder|export|sentry|relay|metrics`;
const CODEC = '^src-main/.*/(packet|messages|frame-codec|enr|handshake|entries|tree-url)\\.ts$';

/** A rule: a file of `from` may not import one of `to`. */
const forbid = (name, from, to, comment) => ({
  name,
  severity: 'error',
  from,
  to,
  ...(comment && { comment }),
});

/** The rule that files of `from` import of the project only `allowed`, besides shared. */
const confine = (name, from, allowed, comment) =>
  forbid(name, from, { path: '^(src-main|src-renderer|test)/', pathNot: allowed }, comment);

/** A stage may import only types and errors of the stage below it in the protocol stack. */
const typesOnly = (stage, below) =>
  forbid(
    `${stage}-takes-${below.replaceAll('|', '-or-')}-types-only`,
    { path: `^src-main/${stage}/` },
    { path: `^src-main/(${below})/`, pathNot: '/errors\\.ts$', dependencyTypesNot: ['type-only'] },
    `${stage} imports types and errors of ${below}; values arrive through the constructor.`,
  );

/** A stage imports its own room, the foundation, the event types, the causes, and the rooms in `also`. */
const confined = (stage, also = '') =>
  confine(
    `${stage}-is-confined`,
    { path: `^src-main/${stage}/` },
    [`^src-main/${stage}/`, FOUNDATION, EVENTS_AND_CAUSES, ...(also ? [`^src-main/(${also})/`] : [])],
    `${stage} imports base, node-record, chain, events, causes and shared${also ? `, and ${also}` : ''}.`,
  );

module.exports = {
  forbidden: [
    forbid('no-cycles', {}, { circular: true }, 'A cycle has no file that can be read first.'),
    forbid('resolvable', {}, { couldNotResolve: true, pathNot: '^electron$' }),
    forbid(
      'no-tools-in-the-product',
      { path: '^(src-main|shared)/' },
      {
        dependencyTypes: ['npm-dev'],
        pathNot: 'node_modules/electron/',
        dependencyTypesNot: ['type-only'],
      },
      'Packages that the product uses at run time are dependencies. The window is bundled: its packages may be devDependencies.',
    ),

    // The foundation
    confine('base-imports-nothing', { path: '^src-main/base/' }, '^src-main/base/'),
    confine(
      'node-record-imports-base-and-chain',
      { path: '^src-main/node-record/' },
      '^src-main/(base|chain|node-record)/',
    ),
    confine('chain-imports-base', { path: '^src-main/chain/' }, '^src-main/(base|chain)/'),

    confine(
      'wire-imports-the-foundation',
      { path: '^src-main/wire/' },
      ['^src-main/wire/', FOUNDATION],
      'Schemas of messages: functions between bytes and values.',
    ),
    confined('recorder'),
    confined('export', 'wire'),

    // The stages
    confined('discovery'),
    forbid(
      'v5-imports-nothing-of-v4',
      { path: '^src-main/discovery/v5/' },
      { path: '^src-main/discovery/v4/' },
      'The two discovery protocols share the engine, the table and the constants of discovery/, not each other.',
    ),
    forbid(
      'discovery-engine-imports-no-protocol',
      { path: '^src-main/discovery/', pathNot: '^src-main/discovery/(discovery\\.ts$|v4/|v5/)' },
      { path: '^src-main/discovery/(v4|v5)/' },
      'Engine, table, lookups and sockets use v4 and v5 through DiscoveryTransport; discovery.ts composes them.',
    ),
    forbid(
      'v4-imports-nothing-of-v5',
      { path: '^src-main/discovery/v4/' },
      { path: '^src-main/discovery/v5/' },
      'As v5-imports-nothing-of-v4.',
    ),
    confined('crawl', 'discovery'),
    typesOnly('crawl', 'discovery'),
    confined('dialing'),
    confined('rlpx'),
    confined('p2p', 'rlpx'),
    typesOnly('p2p', 'rlpx'),
    confined('eth', 'p2p'),
    typesOnly('eth', 'p2p'),
    confined('snap', 'p2p'),
    typesOnly('snap', 'p2p'),
    confined('archive', 'eth|store'),
    confined('server', 'p2p|rlpx|dialing'),
    typesOnly('server', 'p2p|rlpx|dialing'),
    confined('nat'),
    confined('store'),
    confine(
      'doctor-has-no-slots',
      { path: '^src-main/doctor/' },
      [
        '^src-main/(doctor|discovery|rlpx|p2p|eth)/',
        FOUNDATION,
        EVENTS_AND_CAUSES,
        '^src-main/events/plain-text\\.ts$',
      ],
      'A test speaks the protocols on sockets of its own. Without server and dialing it takes no slot, reputation or backoff.',
    ),
    confine(
      'sentry-serves-a-chain',
      { path: '^src-main/sentry/' },
      [
        '^src-main/sentry/',
        FOUNDATION,
        EVENTS_AND_CAUSES,
        '^src-main/eth/(block-roots|chain-source|constants|headers|item-sizes|messages|receipts|status|transactions)\\.ts$',
      ],
      'A source of the chain: it imports the interfaces that eth serves from, and its codecs. Sockets are arguments.',
    ),
    confine(
      'relay-stands-beside-eth',
      { path: '^src-main/relay/' },
      [
        '^src-main/relay/',
        FOUNDATION,
        EVENTS_AND_CAUSES,
        '^src-main/eth/(chain-source|constants|errors|gossip|transactions)\\.ts$',
        '^src-main/p2p/errors\\.ts$',
      ],
      'It knows peers and pool by the interfaces of eth. Sessions and client are arguments.',
    ),
    forbid(
      'new-rooms-are-subprotocols',
      { path: '^src-main/([^/]+)/', pathNot: `^src-main/(${KNOWN})/` },
      {
        path: '^(src-main|src-renderer|test)/',
        pathNot: ['^src-main/$1/', FOUNDATION, EVENTS_AND_CAUSES, '^src-main/p2p/'],
      },
      'A room without a rule of its own is a subprotocol: it imports p2p types and errors, as eth and snap do.',
    ),
    forbid(
      'subprotocols-take-p2p-types-only',
      { path: '^src-main/[^/]+/', pathNot: `^src-main/(${KNOWN})/` },
      { path: '^src-main/p2p/', pathNot: '/errors\\.ts$', dependencyTypesNot: ['type-only'] },
    ),

    // Readers of events, and interfaces
    forbid(
      'readers-import-no-stage',
      { path: `^src-main/(${READERS})/` },
      { path: '^(src-main|src-renderer|test)/', pathNot: [`^src-main/(${READERS})/`, FOUNDATION] },
      'Events, causes, health, progress and statistics read events; they import no stage.',
    ),
    forbid(
      'events-import-no-other-reader',
      { path: '^src-main/events/' },
      { path: '^src-main/(health|progress|stats)/' },
      'Health, progress and statistics read events; events import none of them.',
    ),
    forbid(
      'stats-take-types-of-readers-only',
      { path: '^src-main/stats/' },
      { path: '^src-main/(events/event-|health|progress)', dependencyTypesNot: ['type-only'] },
      'compose/ gives the statistics the other readers of the events.',
    ),
    forbid(
      'causes-import-event-types-only',
      { path: '^src-main/causes/' },
      { path: '^src-main/', pathNot: ['^src-main/causes/', '^src-main/events/events\\.ts$', FOUNDATION] },
    ),
    confine(
      'metrics-read-facts',
      { path: '^src-main/metrics/' },
      [
        '^src-main/(metrics|stats|wire)/',
        FOUNDATION,
        EVENTS_AND_CAUSES,
        '^src-main/events/(event-drafts|plain-text)\\.ts$',
      ],
      'The table of metrics reads facts, an argument, and the names of messages; it knows no stage. The exporter gets the events.',
    ),
    forbid(
      'api-takes-types-of-stages-only',
      { path: '^src-main/api/' },
      { path: `^src-main/(${STAGES})/`, dependencyTypesNot: ['type-only'] },
      'The interfaces use the node through the backend, a constructor argument.',
    ),
    forbid(
      'api-is-confined',
      { path: '^src-main/api/' },
      {
        path: '^(src-main/([^/]+\\.ts$|desktop/|cli/|app/|compose/)|src-renderer/|test/)',
        dependencyTypesNot: ['type-only'],
      },
    ),
    forbid(
      'stages-import-no-interface',
      { path: `^src-main/(${STAGES}|base|node-record|chain|${READERS})/` },
      { path: '^src-main/(api|app|cli|compose|desktop|demo)/|^src-main/[^/]+\\.ts$' },
      'Only the rooms that compose the program import its interfaces.',
    ),
    forbid(
      'only-entries-compose',
      { path: '^src-main/', pathNot: '^src-main/([^/]+\\.ts$|compose/|cli/|demo/)' },
      { path: '^src-main/compose/' },
      'compose/ constructs what app/ and the stages define; they never import it.',
    ),
    forbid(
      'only-compose-constructs-stages',
      { path: '^src-main/', pathNot: '^src-main/(compose|discovery|server|dialing|nat)/' },
      {
        path: '^src-main/(discovery/discovery|server/server|dialing/dial-scheduler|nat/port-mapping)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
      'Our node, the demo and a crawl take discovery, server, dial scheduler and NAT from compose/.',
    ),
    forbid(
      'only-main-opens-the-desktop',
      { path: '^src-main/', pathNot: '^src-main/(main\\.ts$|desktop/)' },
      { path: '^src-main/desktop/' },
    ),
    forbid(
      'electron-stays-in-its-rooms',
      { path: '.', pathNot: '^src-main/(main\\.ts|preload\\.ts|desktop/|api/ipc)' },
      { path: '(^electron$|node_modules/electron/)' },
      'The node runs without Electron.',
    ),
    forbid(
      'preload-stays-small',
      { path: '^src-main/preload\\.ts$' },
      {
        path: '^(src-main|src-renderer|shared|node_modules)/',
        pathNot: ['^shared/api-channels\\.ts$', 'node_modules/electron/'],
        dependencyTypesNot: ['type-only'],
      },
      'The sandboxed bridge contains channel names and types, no schemas.',
    ),

    // Codecs, sockets and files
    forbid(
      'codecs-are-pure',
      { path: CODEC },
      {
        path: [
          '^src-main/base/(udp|tcp|network|system-runtime|lifecycle|token-bucket)\\.ts$',
          '^src-main/(store|stats|health|progress)/',
          '/(transport|handler|dispatcher|engine|receiver|connection)\\.ts$',
          '^(node:)?(net|dgram|tls|http|https|fs|fs/promises|timers|timers/promises|child_process|worker_threads)$',
          'node_modules/(pino|level|classic-level)/',
        ],
      },
      'A codec is a function between bytes and messages: no socket, timer, store or log.',
    ),
    forbid(
      'sockets-are-in-base',
      { path: '^src-main/', pathNot: '^src-main/(base/|api/|cli/|[^/]+\\.ts$)' },
      { path: '^(node:)?(net|dgram|tls|http|https)$|node_modules/ws/' },
      'Network access goes through the transports of base/network.ts; api/ serves HTTP.',
    ),
    forbid(
      'files-are-in-store',
      { path: '^src-main/', pathNot: '^src-main/((base|store|app|api|cli|desktop)/|[^/]+\\.ts$)' },
      { path: '^(node:)?(fs|fs/promises)$' },
      'Only base, store, app, api, cli, desktop and the entries read and write files.',
    ),

    // Both sides
    forbid('shared-imports-neither-side', { path: '^shared/' }, { path: '^(src-main|src-renderer|test)/' }),
    forbid('shared-runs-in-browsers', { path: '^(shared|src-renderer)/' }, { dependencyTypes: ['core'] }),
    forbid('window-imports-only-shared', { path: '^src-renderer/' }, { path: '^(src-main|test|build)/' }),
    forbid(
      'components-take-props',
      { path: '^src-renderer/components/' },
      { path: '^src-renderer/(stores/|actions/|composables/topic-feed\\.ts$|api\\.ts$)' },
      'Views read stores; a component gets its data as props.',
    ),
    forbid(
      'only-stores-call-the-api',
      {
        path: '^src-renderer/',
        pathNot: '^src-renderer/(stores/|composables/topic-feed\\.ts$|api\\.ts$)',
      },
      { path: '^src-renderer/api\\.ts$' },
    ),
    forbid(
      'product-imports-no-tests',
      { path: '^(src-main|src-renderer|shared)/' },
      { path: '^(test|build)/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '[.](css|svg|png|woff2)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.node.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.vue', '.d.ts'],
    },
  },
};
