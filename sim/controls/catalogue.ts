/** The faults that can be switched on while the local AWS runs: what each does to calls, to metrics and to AWS's API. */
import type { MisbehaviourRule } from '../wire/misbehaviour.ts';
import type { AddedFault, Place } from '../world/spec.ts';

export const faultNames = [
  'region-outage',
  'gray-failure',
  'one-way-audio',
  'metric-loss',
  'flapping',
  'control-plane-down',
  'throttling',
  'robocall-flood',
] as const;
export type FaultName = (typeof faultNames)[number];

/** What a fault is given where it happens. */
export type FaultPlace = 'region' | 'group';

export type FaultEntry = {
  readonly title: string;
  /** What it does, and what the monitor does if the group's calls are there, for a person. */
  readonly effect: string;
  readonly place: FaultPlace;
  /** Share of the affected calls, where the fault has one. */
  readonly ratio?: number;
};

export const catalogue: Readonly<Record<FaultName, FaultEntry>> = {
  'region-outage': {
    title: 'Region outage',
    effect: 'No call reaches it; AWS reroutes new ones. The group moves away.',
    place: 'region',
  },
  'gray-failure': {
    title: 'Gray failure',
    effect: '30 % of its calls fail with a SIP 5xx. The group moves away.',
    place: 'region',
    ratio: 0.3,
  },
  'one-way-audio': {
    title: 'One-way audio',
    effect: 'Half of its calls are silent one way. Degraded, but no move.',
    place: 'region',
    ratio: 0.5,
  },
  'metric-loss': {
    title: 'Metric loss',
    effect: 'No call metrics of it. Silence is not failure: no move.',
    place: 'region',
  },
  flapping: {
    title: 'Flapping',
    effect: 'Half of its calls fail in 4 of every 10 min. One move, then calm.',
    place: 'region',
    ratio: 0.5,
  },
  'control-plane-down': {
    title: 'Control plane down',
    effect: 'Chime SDK Voice answers 503. Calls go on, moves cannot be made.',
    place: 'region',
  },
  throttling: {
    title: 'Throttling',
    effect: 'Chime SDK Voice throttles everything. Calls go on, runs fail.',
    place: 'region',
  },
  'robocall-flood': {
    title: 'Robocall flood',
    effect: '8× the calls, nine of ten to wrong or declining numbers. No move.',
    place: 'group',
  },
};

/** A fault as it was asked for. */
export type FaultRequest = {
  readonly fault: FaultName;
  /** The Region or the group. */
  readonly at: string;
  readonly ratio: number | undefined;
  /** In simulated time. Undefined: until it is ended. */
  readonly forMinutes: number | undefined;
};

/** What has to be changed for a fault. */
export type FaultParts = {
  readonly calls: readonly AddedFault[];
  readonly rules: readonly MisbehaviourRule[];
  /** Of the new callers of every group. */
  readonly callsFactor: number;
};

const nothing: FaultParts = { calls: [], rules: [], callsFactor: 1 };

export function partsOf({ fault, at, ratio = catalogue[fault].ratio ?? 1 }: FaultRequest): FaultParts {
  const where: Place = { region: at };
  switch (fault) {
    case 'region-outage':
      return { ...nothing, calls: [{ where, what: { kind: 'connectivity-loss' } }] };
    case 'gray-failure':
      return { ...nothing, calls: [{ where, what: { kind: 'sip-5xx', ratio } }] };
    case 'one-way-audio':
      return { ...nothing, calls: [{ where, what: { kind: 'one-way-audio', ratio } }] };
    case 'metric-loss':
      return { ...nothing, calls: [{ where, what: { kind: 'metrics-missing' } }] };
    case 'flapping':
      return {
        ...nothing,
        calls: [{ where, what: { kind: 'sip-5xx', ratio }, every: { minutes: 10, forMinutes: 4 } }],
      };
    case 'control-plane-down':
      return { ...nothing, rules: [{ service: 'chime', region: at, effect: unavailable }] };
    case 'throttling':
      return { ...nothing, rules: [{ service: 'chime', region: at, effect: { kind: 'throttle' } }] };
    case 'robocall-flood':
      return { calls: robocalls({ voiceConnectorGroupId: at }), rules: [], callsFactor: 8 };
    default:
      return fault satisfies never;
  }
}

const unavailable = {
  kind: 'error',
  status: 503,
  code: 'ServiceUnavailableException',
  message: 'The service is currently unavailable.',
} as const;

/** Half dial numbers that do not exist, and of the others four of five are declined. */
function robocalls(where: Place): readonly AddedFault[] {
  return [
    { where, what: { kind: 'busy', ratio: 0.5, code: 404 } },
    { where, what: { kind: 'busy', ratio: 0.8, code: 603 } },
  ];
}
