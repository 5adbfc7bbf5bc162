/** A drill's next step, taken: by the monitor in each of its turns, and by whoever ordered it at once. */
import { drillEndedEvent, drillRefusedEvent } from '../audit/event-builders.ts';
import type { EvidencedInput } from '../core/drill/input.ts';
import type { DrillReadings } from '../core/drill/progress.ts';
import type { DrillRefusal } from '../core/drill/refusals.ts';
import { drillStep, type DrillEnding } from '../core/drill/step.ts';
import { orderDrill, type DrillOrder } from '../core/drill/order.ts';
import {
  minuteMs,
  type Drill,
  type MetricsReading,
  type Outcome,
  type Plan,
  type Problem,
  type VoiceConnectorGroup,
  type VoiceConnectorItem,
} from '../core/model/model.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { groupResult } from '../audit/group-result.ts';
import { report, type RunContext } from '../context.ts';
import { publish } from '../audit/publish.ts';
import { reportOutcome, act } from '../apply/act.ts';
import { withCandidateEvidence, type Snapshot } from '../observe/snapshot.ts';

export type DrillStepResult =
  | {
      readonly kind: 'decided';
      readonly input: PlanInput;
      readonly decision: Plan;
      readonly outcome: Outcome | undefined;
    }
  /** There is no drill any more: `input` is what the group is to be decided on as ever. */
  | { readonly kind: 'over'; readonly input: PlanInput };

/** What came of ordering one. */
export type DrillOrderResult =
  /** Nothing was done. */
  | { readonly kind: 'refused'; readonly refusals: readonly DrillRefusal[] }
  /** Parameter Store did not take its word anywhere; nothing was done. */
  | { readonly kind: 'not-stored'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'stored';
      readonly drill: Drill;
      readonly storedIn: readonly string[];
      readonly taken: DrillStepResult;
    };

/** Says a drill's word where nothing speaks against it, and takes its first step: who dies before that leaves it to the monitor. */
export async function beginDrill(
  context: RunContext,
  seen: Snapshot,
  input: EvidencedInput,
  order: DrillOrder,
): Promise<DrillOrderResult> {
  const { ports, identity, signals } = context;
  const ordered = orderDrill(input, order);
  if (ordered.kind === 'refused') {
    const { refusals } = ordered;
    await publish(context, [drillRefusedEvent(identity, ports.clock(), input, order, refusals)]);
    return { kind: 'refused', refusals };
  }
  const { drill } = ordered;
  const { storedIn, problems } = await ports.overrides.put(
    input.group.voiceConnectorGroupId,
    { kind: 'drill', ...drill },
    signals.work,
  );
  if (storedIn.length === 0) return { kind: 'not-stored', problems };
  report(context, problems);
  const taken = await takeDrillStep(context, seen, input, drill);
  if (taken.kind === 'decided') {
    ports.log.info('decision', { ...groupResult(taken.input, taken.decision, taken.outcome) });
  }
  return { kind: 'stored', drill, storedIn, taken };
}

/** Nothing is kept between two steps, so that any of them may die anywhere, and the next begins where the group stands. */
export async function takeDrillStep(
  context: RunContext,
  seen: Snapshot,
  input: PlanInput,
  drill: Drill,
): Promise<DrillStepResult> {
  const [examined, readings] = await Promise.all([
    readEvidence(context, seen, input),
    callsSince(context, seen, input.group, drill),
  ]);
  const step = drillStep(examined, drill, readings);
  switch (step.kind) {
    case 'watch':
      return { kind: 'decided', input: examined, decision: step.hold, outcome: undefined };
    case 'begin': {
      const outcome = await act(context, seen.observed, examined, step.move);
      reportOutcome(context, examined, step.move, outcome);
      return { kind: 'decided', input: examined, decision: step.move, outcome };
    }
    case 'restore': {
      const { move, ending } = step;
      const outcome = await act(context, seen.observed, examined, move);
      reportOutcome(context, examined, move, outcome);
      // What AWS does not show yet the next turn sees to.
      if (outcome.kind === 'applied') await end(context, seen, examined, drill, { ...ending, priorities: move.after });
      return { kind: 'decided', input: examined, decision: move, outcome };
    }
    case 'over':
      await end(context, seen, examined, drill, { ...step.ending, priorities: input.group.items });
      return { kind: 'over', input: { ...examined, override: { kind: 'none' } } };
    default:
      return step satisfies never;
  }
}

/** Looks as closely at every member as a move to it takes: a drill goes both ways. */
export async function readEvidence(context: RunContext, seen: Snapshot, input: PlanInput): Promise<EvidencedInput> {
  const { candidateEvidence } = input;
  if (candidateEvidence !== undefined) return { ...input, candidateEvidence };
  const ids = input.group.items.map(({ voiceConnectorId }) => voiceConnectorId);
  return withCandidateEvidence(context, seen, input, ids);
}

/** A drill may be longer than the hour that every turn reads, and be looked at long after it. */
async function callsSince(
  { ports, identity, signals }: RunContext,
  { observed }: Snapshot,
  { items, voiceConnectorGroupId }: VoiceConnectorGroup,
  { promoting, startedAt }: Drill,
): Promise<DrillReadings> {
  // Who serves another group too may have its calls from there.
  const elsewhere = observed.observation.groups
    .filter((other) => other.voiceConnectorGroupId !== voiceConnectorGroupId)
    .flatMap((other) => other.items.map((item) => item.voiceConnectorId));
  const ids = items.map(({ voiceConnectorId }) => voiceConnectorId);
  const others = ids.filter((id) => id !== promoting && !elsewhere.includes(id));
  const connectors = [promoting, ...others].flatMap((id) => observed.connectors.get(id) ?? []);
  const from = Math.floor(startedAt / minuteMs) * minuteMs;
  const until = Math.floor(identity.observedAt / minuteMs) * minuteMs;
  const question = { connectors, metrics: drillMetrics, periodSeconds: 60, from, until };
  const readings = until > from ? await ports.metrics.read(question, signals.work) : undefined;
  return {
    standby: readings === undefined ? noMinutes : (readings.get(promoting) ?? unasked),
    others: together(others.map((id) => readings?.get(id) ?? unasked)),
  };
}

const drillMetrics = ['InboundCallAttempts', 'InboundCallFailures', 'Throttles'] as const;

const noMinutes: MetricsReading = { kind: 'read', minutes: [] };
const unasked: MetricsReading = { kind: 'fetch-error', message: 'nobody knows in which Region it is' };

/** What cannot be read of the others is not held against the promoted one. */
function together(readings: readonly MetricsReading[]): MetricsReading {
  return {
    kind: 'read',
    minutes: readings.flatMap((reading) => (reading.kind === 'read' ? reading.minutes : [])),
  };
}

/** Told before the word is taken back: who dies in between tells it again, under the same id. */
async function end(
  context: RunContext,
  { observed }: Snapshot,
  input: PlanInput,
  drill: Drill,
  ended: DrillEnding & { readonly priorities: readonly VoiceConnectorItem[] },
): Promise<void> {
  const { ports, identity, signals } = context;
  await publish(context, [drillEndedEvent(identity, ports.clock(), input, drill, ended)]);
  const { voiceConnectorGroupId } = input.group;
  const words = observed.overrides.stored.filter(
    ({ key, override }) => key === voiceConnectorGroupId && override.kind === 'drill',
  );
  report(context, await ports.overrides.remove(words, signals.publish));
}
