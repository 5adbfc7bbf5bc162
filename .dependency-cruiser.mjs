/**
 * The import law of docs/architecture.md, as rules.
 *
 * lib/ by level: a folder or file imports only its own folder and lower levels.
 */
const levels = [
  ['lib/core/model/'],
  ['lib/core/judge/', 'lib/core/shards/'],
  ['lib/core/plan/'],
  ['lib/core/drill/', 'lib/core/readiness/'],
  ['lib/input/', 'lib/events/'],
  ['lib/ports.ts'],
  ['lib/write-ports.ts'],
  ['lib/context.ts', 'lib/aws/'],
  ['lib/observe/', 'lib/audit/', 'lib/report/'],
  ['lib/apply/', 'lib/preflight/', 'lib/history/'],
  ['lib/drill/', 'lib/sessions/'],
  ['lib/monitor/', 'lib/operate/'],
  ['lib/lambda/'],
];

function pattern(places) {
  return places.map((place) => `^${place.replace('.', '\\.')}`);
}

const levelRules = levels.flatMap((places, level) =>
  places.map((place) => ({
    name: `level-${level + 1}-${place.replaceAll('/', '-').replace(/-$/, '')}`,
    severity: 'error',
    from: { path: pattern([place]) },
    to: { path: '^lib/', pathNot: pattern([place, ...levels.slice(0, level).flat()]) },
  })),
);

const everyLevel = {
  name: 'every-file-has-a-level',
  comment: 'A new folder of lib/ takes its place in the list above.',
  severity: 'error',
  from: { path: '^(lib|functions)/' },
  to: { path: '^lib/', pathNot: pattern(levels.flat()) },
};

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one idea.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...levelRules,
    everyLevel,
    {
      name: 'core-imports-only-core',
      comment: 'lib/core is pure: no SDK, no Node, no library, no other layer.',
      severity: 'error',
      from: { path: '^lib/core/' },
      to: { pathNot: '^lib/core/' },
    },
    {
      name: 'adapters-know-their-client-and-no-other-adapter',
      comment: 'An adapter translates one AWS service. What several adapters share stands in these files.',
      severity: 'error',
      from: { path: '^lib/aws/([^/]+)\\.ts$' },
      to: {
        path: '^lib/aws/',
        pathNot: ['^lib/aws/(client|delivery|listing|metric-data|patience|refusal)\\.ts$'],
      },
    },
    {
      name: 'only-wiring-knows-adapters',
      comment: 'The flow owns the ports; adapters fit them structurally.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(aws|lambda)/' },
      to: { path: '^lib/(aws|lambda)/|^functions/|node_modules/@aws-sdk/' },
    },
    {
      name: 'read-only-functions-reach-no-writer',
      comment: 'preflight and sessions change nothing: no client that writes is in their module graph.',
      severity: 'error',
      from: { path: '^functions/(preflight|sessions)\\.ts$' },
      to: { path: '^lib/aws/[^/]+-(writer|recorder)\\.ts$', reachable: true },
    },
    {
      name: 'what-only-reads-has-no-port-that-writes',
      severity: 'error',
      from: {
        path: '^(lib/(observe|audit|preflight|sessions|report|history)|backtest)/|^functions/(preflight|sessions)\\.ts$',
      },
      to: { path: '^lib/write-ports\\.ts$' },
    },
    {
      name: 'functions-do-not-import-functions',
      severity: 'error',
      from: { path: '^functions/([^/]+)\\.ts$' },
      to: { path: '^functions/', pathNot: '^functions/$1\\.ts$' },
    },
    {
      name: 'shipped-code-knows-no-simulator',
      comment:
        'What runs in Lambda, and the template that deploys it, import nothing from sim/, test/, bench/, scripts/ or backtest/.',
      severity: 'error',
      from: { path: '^(lib|functions|infra)/' },
      to: { path: '^(sim|test|bench|scripts|backtest)/' },
    },
    {
      name: 'shipped-code-imports-dependencies-only',
      severity: 'error',
      from: { path: '^(lib|functions)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'simulator-knows-no-tests',
      severity: 'error',
      from: { path: '^(sim|bench|scripts)/' },
      to: { path: '^test/' },
    },
    {
      name: 'a-backtest-reaches-no-writer',
      comment: 'It reads a real account.',
      severity: 'error',
      from: { path: '^backtest/' },
      to: { path: '^lib/aws/[^/]+-(writer|recorder)\\.ts$', reachable: true },
    },
    {
      name: 'a-report-is-drawn-from-plain-data',
      severity: 'error',
      from: { path: '^lib/report/' },
      to: { pathNot: '^lib/(report|core/model|input)/' },
    },
    {
      name: 'only-the-report-function-contains-the-page',
      comment: 'The others would load it at every cold start.',
      severity: 'error',
      from: { path: '^functions/', pathNot: '^functions/report\\.ts$' },
      to: { path: '^lib/(report|history)/', reachable: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^(lib|functions|sim)/', pathNot: '^lib/core/model/model\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
