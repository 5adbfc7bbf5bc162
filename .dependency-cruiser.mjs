/** The import law of docs/architecture.md, as rules. */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one idea.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-imports-only-core',
      comment: 'lib/core is pure: no SDK, no Node, no library, no other layer.',
      severity: 'error',
      from: { path: '^lib/core/' },
      to: { pathNot: '^lib/core/' },
    },
    {
      name: 'adapters-know-core-and-their-client',
      comment: 'An adapter translates one AWS service; it knows neither another adapter nor the order of the stages.',
      severity: 'error',
      from: { path: '^lib/aws/([^/]+)\\.ts$' },
      to: {
        path: '^(lib|functions)/',
        pathNot: [
          '^lib/(core|record)/',
          '^lib/aws/(client|delivery)\\.ts$',
          '^lib/(ports|validation|phone-numbers|override-text)\\.ts$',
        ],
      },
    },
    {
      name: 'turn-knows-no-aws',
      comment: 'The flow owns the ports; adapters fit them structurally.',
      severity: 'error',
      from: { path: '^lib/(operate/)?[^/]+\\.ts$' },
      to: { path: '^(lib/(aws|wiring)|functions)/|node_modules/@aws-sdk/' },
    },
    {
      name: 'functions-do-not-import-functions',
      severity: 'error',
      from: { path: '^functions/([^/]+)\\.ts$' },
      to: { path: '^functions/', pathNot: '^functions/$1\\.ts$' },
    },
    {
      name: 'shipped-code-knows-no-simulator',
      comment: 'What runs in Lambda does not know that sim/, test/, bench/ or scripts/ exist.',
      severity: 'error',
      from: { path: '^(lib|functions)/' },
      to: { path: '^(sim|test|bench|scripts)/' },
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
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^(lib|functions|sim)/', pathNot: '^lib/core/model\\.ts$' },
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
