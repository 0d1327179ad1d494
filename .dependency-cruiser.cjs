/*
 * The rooms of the house (docs/ARCHITECTURE.md) as rules. A stage takes everything but the ground it stands on as a
 * constructor argument from compose.ts; what it may name of the stage beneath it are types.
 */

/** Rooms that every room may stand on. */
const GROUND = '^src-main/(leaf|node-record|chain)/';
const STAGES = 'discovery|crawl|dialing|rlpx|p2p|eth|snap|server|nat|store';
const CODEC = '^src-main/.*/(packet|messages|frame-codec|enr|handshake|entries|tree-url)\\.ts$';

/** A stage and the one beneath it on the wire, whose types it may name, and whose errors it must tell apart. */
const beneath = (stage, below) => ({
  name: `${stage}-takes-${below.replaceAll('|', '-or-')}-types-only`,
  comment: `${stage} names types and errors of ${below}; its values arrive through the constructor.`,
  severity: 'error',
  from: { path: `^src-main/${stage}/` },
  to: { path: `^src-main/(${below})/`, pathNot: '/errors\\.ts$', dependencyTypesNot: ['type-only'] },
});

/** A stage reaches no other room than its own, the ground, the facts, and those named. */
const confined = (stage, also = '') => ({
  name: `${stage}-is-confined`,
  comment: `${stage} stands on leaf, node-record, chain, stats/events, stats/end-codes and shared${also ? `, and on types of ${also}` : ''}.`,
  severity: 'error',
  from: { path: `^src-main/${stage}/` },
  to: {
    path: '^(src-main|src-renderer|test)/',
    pathNot: [
      `^src-main/${stage}/`,
      GROUND,
      '^src-main/stats/(events|end-codes)\\.ts$',
      ...(also ? [`^src-main/(${also})/`] : []),
    ],
  },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle has no bottom to start reading at.',
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
        'What runs at the user is a dependency, not a tool. The window is bundled, so its libraries may be tools.',
      severity: 'error',
      from: { path: '^(src-main|shared)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        pathNot: 'node_modules/electron/',
        dependencyTypesNot: ['type-only'],
      },
    },

    // The ground
    {
      name: 'leaf-stands-alone',
      severity: 'error',
      from: { path: '^src-main/leaf/' },
      to: { path: '^(src-main|src-renderer|test)/', pathNot: '^src-main/leaf/' },
    },
    {
      name: 'node-record-stands-on-leaf-and-chain',
      severity: 'error',
      from: { path: '^src-main/node-record/' },
      to: { path: '^(src-main|src-renderer|test)/', pathNot: '^src-main/(leaf|chain|node-record)/' },
    },
    {
      name: 'chain-stands-on-leaf',
      severity: 'error',
      from: { path: '^src-main/chain/' },
      to: { path: '^(src-main|src-renderer|test)/', pathNot: '^src-main/(leaf|chain)/' },
    },

    // The stages
    confined('discovery'),
    confined('crawl', 'discovery'),
    beneath('crawl', 'discovery'),
    confined('dialing'),
    confined('rlpx'),
    confined('p2p', 'rlpx'),
    beneath('p2p', 'rlpx'),
    confined('eth', 'p2p'),
    beneath('eth', 'p2p'),
    confined('snap', 'p2p'),
    beneath('snap', 'p2p'),
    confined('server', 'p2p|rlpx|dialing'),
    beneath('server', 'p2p|rlpx|dialing'),
    confined('nat'),
    confined('store'),

    // Facts and doors
    {
      name: 'stats-reads-facts',
      comment: 'Statistics read the stream of facts; they know no stage.',
      severity: 'error',
      from: { path: '^src-main/stats/' },
      to: { path: '^(src-main|src-renderer|test)/', pathNot: ['^src-main/stats/', GROUND] },
    },
    {
      name: 'api-takes-types-of-stages-only',
      comment: 'The doors speak to the node through what compose.ts hands them.',
      severity: 'error',
      from: { path: '^src-main/api/' },
      to: { path: `^src-main/(${STAGES})/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'api-is-confined',
      severity: 'error',
      from: { path: '^src-main/api/' },
      to: {
        path: '^(src-main/([^/]+\\.ts$|desktop/)|src-renderer/|test/)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nothing-beneath-knows-the-doors',
      comment: 'Only the files that put the program together know its doors.',
      severity: 'error',
      from: { path: `^src-main/(${STAGES}|leaf|node-record|chain|stats)/` },
      to: { path: '^src-main/(api|desktop|demo)/|^src-main/[^/]+\\.ts$' },
    },
    {
      name: 'only-entries-compose',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/([^/]+\\.ts$|compose/|demo/|desktop/)' },
      to: { path: '^src-main/compose' },
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
      comment: 'The sandboxed bridge carries channel names and types, no schemas.',
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
          '^src-main/leaf/(udp|tcp|network|system-runtime|lifecycle|token-bucket)\\.ts$',
          '^src-main/(store|stats)/',
          '/service\\.ts$',
          '/connection\\.ts$',
          '^(node:)?(net|dgram|tls|http|https|fs|fs/promises|timers|timers/promises|child_process|worker_threads)$',
          'node_modules/(pino|level|classic-level)/',
        ],
      },
    },
    {
      name: 'sockets-are-leaves',
      comment: 'Network access goes through the transports of leaf/network.ts; the doors serve HTTP.',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/(leaf/|api/|[^/]+\\.ts$)' },
      to: { path: '^(node:)?(net|dgram|tls|http|https)$' },
    },
    {
      name: 'files-are-the-store',
      comment: 'Who reads and writes files is the store, the doors, the leaves and the entries.',
      severity: 'error',
      from: { path: `^src-main/(${STAGES.replace('|store', '')}|node-record|chain|stats)/` },
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
      comment: 'Views read stores; a component is given what it shows.',
      severity: 'error',
      from: { path: '^src-renderer/components/' },
      to: { path: '^src-renderer/(stores/|api\\.ts$)' },
    },
    {
      name: 'only-stores-call-the-api',
      severity: 'error',
      from: { path: '^src-renderer/', pathNot: '^src-renderer/(stores/|api\\.ts$)' },
      to: { path: '^src-renderer/api\\.ts$' },
    },
    {
      name: 'product-knows-no-tests',
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
