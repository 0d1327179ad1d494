/*
 * The rooms of docs/ARCHITECTURE.md as rules. A stage imports the foundation, the event types and the causes; it receives
 * everything else as a constructor argument. From the stage directly below it in the protocol stack it imports only types and errors.
 */

/** Rooms that every stage may import. */
const FOUNDATION = '^src-main/(base|node-record|chain)/';
/** The union of event types, the taps of the recording, and the causes. */
const EVENTS_AND_CAUSES = '^src-main/(events/(events|connection-tap|packet-tap)|causes/[^/]+)\\.ts$';
/** Rooms that only read events. */
const READERS = 'events|causes|health|progress|stats';
const STAGES = 'discovery|crawl|dialing|rlpx|p2p|eth|snap|server|nat|store';
/** Rooms with rules of their own. */
const KNOWN = `base|node-record|chain|${READERS}|${STAGES}|api|app|cli|compose|desktop|demo|doctor|wire|recorder|export`;
const CODEC = '^src-main/.*/(packet|messages|frame-codec|enr|handshake|entries|tree-url)\\.ts$';

/** A stage may import only types and errors of the stage below it in the protocol stack. */
const typesOnly = (stage, below) => ({
  name: `${stage}-takes-${below.replaceAll('|', '-or-')}-types-only`,
  comment: `${stage} imports types and errors of ${below}; values arrive through the constructor.`,
  severity: 'error',
  from: { path: `^src-main/${stage}/` },
  to: { path: `^src-main/(${below})/`, pathNot: '/errors\\.ts$', dependencyTypesNot: ['type-only'] },
});

/** A stage imports its own room, the foundation, the event types, the causes, and the rooms in `also`. */
const confined = (stage, also = '') => ({
  name: `${stage}-is-confined`,
  comment: `${stage} imports base, node-record, chain, events, causes and shared${also ? `, and ${also}` : ''}.`,
  severity: 'error',
  from: { path: `^src-main/${stage}/` },
  to: {
    path: '^(src-main|src-renderer|test)/',
    pathNot: [
      `^src-main/${stage}/`,
      FOUNDATION,
      EVENTS_AND_CAUSES,
      ...(also ? [`^src-main/(${also})/`] : []),
    ],
  },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle has no file that can be read first.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^electron$' },
    },
    {
      name: 'no-tools-in-the-product',
      comment:
        'Packages that the product uses at run time are dependencies. The window is bundled: its packages may be devDependencies.',
      severity: 'error',
      from: { path: '^(src-main|shared)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        pathNot: 'node_modules/electron/',
        dependencyTypesNot: ['type-only'],
      },
    },

    // The foundation
    {
      name: 'base-imports-nothing',
      severity: 'error',
      from: { path: '^src-main/base/' },
      to: { path: '^(src-main|src-renderer|test)/', pathNot: '^src-main/base/' },
    },
    {
      name: 'node-record-imports-base-and-chain',
      severity: 'error',
      from: { path: '^src-main/node-record/' },
      to: { path: '^(src-main|src-renderer|test)/', pathNot: '^src-main/(base|chain|node-record)/' },
    },
    {
      name: 'chain-imports-base',
      severity: 'error',
      from: { path: '^src-main/chain/' },
      to: { path: '^(src-main|src-renderer|test)/', pathNot: '^src-main/(base|chain)/' },
    },

    {
      name: 'wire-imports-the-foundation',
      comment: 'Schemas of messages: functions between bytes and values.',
      severity: 'error',
      from: { path: '^src-main/wire/' },
      to: {
        path: '^(src-main|src-renderer|test)/',
        pathNot: ['^src-main/wire/', FOUNDATION],
      },
    },
    confined('recorder'),
    confined('export', 'wire'),

    // The stages
    confined('discovery'),
    {
      name: 'v5-imports-nothing-of-v4',
      comment:
        'The two discovery protocols share the engine, the table and the constants of discovery/, not each other.',
      severity: 'error',
      from: { path: '^src-main/discovery/v5/' },
      to: { path: '^src-main/discovery/v4/' },
    },
    {
      name: 'discovery-engine-imports-no-protocol',
      comment:
        'Engine, table, lookups and sockets use v4 and v5 through DiscoveryTransport; discovery.ts composes them.',
      severity: 'error',
      from: { path: '^src-main/discovery/', pathNot: '^src-main/discovery/(discovery\\.ts$|v4/|v5/)' },
      to: { path: '^src-main/discovery/(v4|v5)/' },
    },
    {
      name: 'v4-imports-nothing-of-v5',
      comment: 'As v5-imports-nothing-of-v4.',
      severity: 'error',
      from: { path: '^src-main/discovery/v4/' },
      to: { path: '^src-main/discovery/v5/' },
    },
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
    confined('server', 'p2p|rlpx|dialing'),
    typesOnly('server', 'p2p|rlpx|dialing'),
    confined('nat'),
    confined('store'),
    {
      name: 'doctor-has-no-slots',
      comment:
        'A test speaks the protocols on sockets of its own. Without server and dialing it takes no slot, reputation or backoff.',
      severity: 'error',
      from: { path: '^src-main/doctor/' },
      to: {
        path: '^(src-main|src-renderer|test)/',
        pathNot: [
          '^src-main/(doctor|discovery|rlpx|p2p|eth)/',
          FOUNDATION,
          EVENTS_AND_CAUSES,
          '^src-main/events/plain-text\\.ts$',
        ],
      },
    },
    {
      name: 'new-rooms-are-subprotocols',
      comment:
        'A room without a rule of its own is a subprotocol: it imports p2p types and errors, as eth and snap do.',
      severity: 'error',
      from: { path: '^src-main/([^/]+)/', pathNot: `^src-main/(${KNOWN})/` },
      to: {
        path: '^(src-main|src-renderer|test)/',
        pathNot: ['^src-main/$1/', FOUNDATION, EVENTS_AND_CAUSES, '^src-main/p2p/'],
      },
    },
    {
      name: 'subprotocols-take-p2p-types-only',
      severity: 'error',
      from: { path: '^src-main/[^/]+/', pathNot: `^src-main/(${KNOWN})/` },
      to: { path: '^src-main/p2p/', pathNot: '/errors\\.ts$', dependencyTypesNot: ['type-only'] },
    },

    // Readers of events, and interfaces
    {
      name: 'readers-import-no-stage',
      comment: 'Events, causes, health, progress and statistics read events; they import no stage.',
      severity: 'error',
      from: { path: `^src-main/(${READERS})/` },
      to: { path: '^(src-main|src-renderer|test)/', pathNot: [`^src-main/(${READERS})/`, FOUNDATION] },
    },
    {
      name: 'events-import-no-other-reader',
      comment: 'Health, progress and statistics read events; events import none of them.',
      severity: 'error',
      from: { path: '^src-main/events/' },
      to: { path: '^src-main/(health|progress|stats)/' },
    },
    {
      name: 'stats-take-types-of-readers-only',
      comment: 'compose/ gives the statistics the other readers of the events.',
      severity: 'error',
      from: { path: '^src-main/stats/' },
      to: { path: '^src-main/(events/event-|health|progress)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'causes-import-event-types-only',
      severity: 'error',
      from: { path: '^src-main/causes/' },
      to: { path: '^src-main/', pathNot: ['^src-main/causes/', '^src-main/events/events\\.ts$', FOUNDATION] },
    },
    {
      name: 'api-takes-types-of-stages-only',
      comment: 'The interfaces use the node through the backend, a constructor argument.',
      severity: 'error',
      from: { path: '^src-main/api/' },
      to: { path: `^src-main/(${STAGES})/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'api-is-confined',
      severity: 'error',
      from: { path: '^src-main/api/' },
      to: {
        path: '^(src-main/([^/]+\\.ts$|desktop/|cli/|app/|compose/)|src-renderer/|test/)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'stages-import-no-interface',
      comment: 'Only the rooms that compose the program import its interfaces.',
      severity: 'error',
      from: { path: `^src-main/(${STAGES}|base|node-record|chain|${READERS})/` },
      to: { path: '^src-main/(api|app|cli|compose|desktop|demo)/|^src-main/[^/]+\\.ts$' },
    },
    {
      name: 'only-entries-compose',
      comment: 'compose/ constructs what app/ and the stages define; they never import it.',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/([^/]+\\.ts$|compose/|cli/|demo/)' },
      to: { path: '^src-main/compose/' },
    },
    {
      name: 'only-compose-constructs-stages',
      comment: 'Our node, the demo and a crawl take discovery, server, dial scheduler and NAT from compose/.',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/(compose|discovery|server|dialing|nat)/' },
      to: {
        path: '^src-main/(discovery/discovery|server/server|dialing/dial-scheduler|nat/port-mapping)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'only-main-opens-the-desktop',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/(main\\.ts$|desktop/)' },
      to: { path: '^src-main/desktop/' },
    },
    {
      name: 'electron-stays-in-its-rooms',
      comment: 'The node runs without Electron.',
      severity: 'error',
      from: { path: '.', pathNot: '^src-main/(main\\.ts|preload\\.ts|desktop/|api/ipc)' },
      to: { path: '(^electron$|node_modules/electron/)' },
    },
    {
      name: 'preload-stays-small',
      comment: 'The sandboxed bridge contains channel names and types, no schemas.',
      severity: 'error',
      from: { path: '^src-main/preload\\.ts$' },
      to: {
        path: '^(src-main|src-renderer|shared|node_modules)/',
        pathNot: ['^shared/api-channels\\.ts$', 'node_modules/electron/'],
        dependencyTypesNot: ['type-only'],
      },
    },

    // Codecs, sockets and files
    {
      name: 'codecs-are-pure',
      comment: 'A codec is a function between bytes and messages: no socket, timer, store or log.',
      severity: 'error',
      from: { path: CODEC },
      to: {
        path: [
          '^src-main/base/(udp|tcp|network|system-runtime|lifecycle|token-bucket)\\.ts$',
          '^src-main/(store|stats|health|progress)/',
          '/(transport|handler|dispatcher|engine|receiver|connection)\\.ts$',
          '^(node:)?(net|dgram|tls|http|https|fs|fs/promises|timers|timers/promises|child_process|worker_threads)$',
          'node_modules/(pino|level|classic-level)/',
        ],
      },
    },
    {
      name: 'sockets-are-in-base',
      comment: 'Network access goes through the transports of base/network.ts; api/ serves HTTP.',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/(base/|api/|cli/|[^/]+\\.ts$)' },
      to: { path: '^(node:)?(net|dgram|tls|http|https)$' },
    },
    {
      name: 'files-are-in-store',
      comment: 'Only base, store, app, api, cli, desktop and the entries read and write files.',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/((base|store|app|api|cli|desktop)/|[^/]+\\.ts$)' },
      to: { path: '^(node:)?(fs|fs/promises)$' },
    },

    // Both sides
    {
      name: 'shared-imports-neither-side',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(src-main|src-renderer|test)/' },
    },
    {
      name: 'shared-runs-in-browsers',
      severity: 'error',
      from: { path: '^(shared|src-renderer)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'window-imports-only-shared',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^(src-main|test|build)/' },
    },
    {
      name: 'components-take-props',
      comment: 'Views read stores; a component gets its data as props.',
      severity: 'error',
      from: { path: '^src-renderer/components/' },
      to: { path: '^src-renderer/(stores/|actions/|composables/topic-feed\\.ts$|api\\.ts$)' },
    },
    {
      name: 'only-stores-call-the-api',
      severity: 'error',
      from: {
        path: '^src-renderer/',
        pathNot: '^src-renderer/(stores/|composables/topic-feed\\.ts$|api\\.ts$)',
      },
      to: { path: '^src-renderer/api\\.ts$' },
    },
    {
      name: 'product-imports-no-tests',
      severity: 'error',
      from: { path: '^(src-main|src-renderer|shared)/' },
      to: { path: '^(test|build)/' },
    },
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
