/** Which contender takes part, as a value: jobs carry it to the worker threads, and results are counted under its key. */

export const peerKinds = [
  'sample-alarms',
  'three-of-five',
  'route53',
  'haproxy',
  'envoy',
  'qrouting',
  'min-asr',
  'test-calls',
  'breaker',
  'options-probe',
] as const;
export type PeerKind = (typeof peerKinds)[number];

/** Detectors with one statistic in nats, whose threshold can be set so that they raise as many false alarms as this project. */
export const yardstickKinds = ['glr', 'focus', 'shiryaev-roberts', 'beta-binomial'] as const;
export type YardstickKind = (typeof yardstickKinds)[number];

export function byYardstick<T>(valueOf: (kind: YardstickKind) => T): Readonly<Record<YardstickKind, T>> {
  return {
    glr: valueOf('glr'),
    focus: valueOf('focus'),
    'shiryaev-roberts': valueOf('shiryaev-roberts'),
    'beta-binomial': valueOf('beta-binomial'),
  };
}

const budgetedKinds = ['bound', ...yardstickKinds, 'ours', 'ours-failback'] as const;
export type BudgetedKind = (typeof budgetedKinds)[number];

/** `ours` is this project, with and without `failback: auto`. A budget is a number of false moves per group-year; without one the contender uses its default. */
export type BudgetedSpec = { readonly kind: BudgetedKind; readonly budgetPerGroupYear?: number };

export type ContenderSpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'limit' }
  | { readonly kind: 'oracle' }
  | { readonly kind: PeerKind }
  | BudgetedSpec;

/** The name under which results are stored and printed. Nothing parses it. */
export function keyOf(spec: ContenderSpec): string {
  return 'budgetPerGroupYear' in spec ? `${spec.kind} ${spec.budgetPerGroupYear}` : spec.kind;
}

export function isPeer(spec: ContenderSpec): spec is { readonly kind: PeerKind } {
  return peerKinds.some((kind) => kind === spec.kind);
}

export const sweptBudgets: readonly number[] = [0.01, 0.1, 1, 10, 100, 1000];

export function sweptSpecs(budgets: readonly number[]): readonly BudgetedSpec[] {
  return (['ours', 'glr'] as const).flatMap((kind) =>
    budgets.map((budgetPerGroupYear) => ({ kind, budgetPerGroupYear })),
  );
}

/** False moves under these budgets are rare, and take years to count. */
export const tightSpecs = sweptSpecs(sweptBudgets.filter((budget) => budget <= 1));
/** False moves under these budgets happen every day, and each run of the judge takes long. */
export const looseSpecs = sweptSpecs(sweptBudgets.filter((budget) => budget > 1));

/** Every contender in healthy worlds, at its default budget. */
export const healthySpecs: readonly ContenderSpec[] = [
  ...peerKinds.map((kind) => ({ kind })),
  ...budgetedKinds.map((kind) => ({ kind })),
];

/** Every contender in the outages, in the order of the table. */
export const outageSpecs: readonly ContenderSpec[] = [
  { kind: 'none' },
  ...peerKinds.map((kind) => ({ kind })),
  { kind: 'bound' },
  ...yardstickKinds.map((kind) => ({ kind })),
  { kind: 'limit' },
  { kind: 'oracle' },
  { kind: 'ours' },
  { kind: 'ours-failback' },
];

export type Description = { readonly name: string; readonly guards: string; readonly failsBack: boolean };

const common = '10 min cooldown';

export const descriptions: Readonly<Record<ContenderSpec['kind'], Description>> = {
  none: { name: '(a) no monitor', guards: '–', failsBack: false },
  'sample-alarms': { name: '(b) AWS sample alarms', guards: common, failsBack: false },
  'three-of-five': { name: '(c) CloudWatch 3 of 5', guards: common, failsBack: false },
  route53: { name: '(d) Route 53 style 3/3', guards: 'none; fails back', failsBack: true },
  haproxy: { name: '(e) HAProxy style 3/2', guards: 'none; fails back', failsBack: true },
  envoy: { name: '(f) Envoy style 85 %', guards: 'escalating ejection', failsBack: true },
  qrouting: { name: 'OpenSIPS qrouting', guards: 'none; fails back', failsBack: true },
  'min-asr': { name: 'Oracle min-ASR', guards: '5 min out of service; fails back', failsBack: true },
  'test-calls': { name: 'AudioCodes, two test calls', guards: 'none; fails back', failsBack: true },
  breaker: { name: 'Telnyx breaker', guards: '5 min open; fails back', failsBack: true },
  'options-probe': { name: 'three OPTIONS misses', guards: 'none; fails back', failsBack: true },
  bound: { name: 'binomial bound', guards: common, failsBack: false },
  glr: { name: 'GLR yardstick', guards: common, failsBack: false },
  focus: { name: 'FOCuS', guards: common, failsBack: false },
  'shiryaev-roberts': { name: 'Shiryaev–Roberts mixture', guards: common, failsBack: false },
  'beta-binomial': { name: 'beta-binomial CUSUMs', guards: common, failsBack: false },
  limit: { name: '(g) limit: informed CUSUM', guards: common, failsBack: false },
  oracle: { name: '(h) oracle', guards: '–', failsBack: true },
  ours: { name: '**this project, default budget**', guards: common, failsBack: false },
  'ours-failback': { name: 'this project, `failback: auto`', guards: common, failsBack: true },
};
