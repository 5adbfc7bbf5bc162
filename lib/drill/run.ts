/** A drill's next step, taken: by the monitor in each of its turns, and by whoever ordered it at once. */
import { drillEndedEvent, drillRefusedEvent } from '../audit/event-builders.ts';
import { drillStep, type DrillEnding, type DrillReadings } from '../core/drill/step.ts';
import { orderDrill, type DrillOrder, type DrillRefusal, type ExaminedInput } from '../core/drill/order.ts';
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
import { report, type Running } from '../context.ts';
import { publish } from '../audit/publish.ts';
import { reportOutcome, act } from '../apply/act.ts';
import { withCloserLook, type Seen } from '../observe/snapshot.ts';

export type DrillTaken =
  | {
      readonly kind: 'decided';
      readonly input: PlanInput;
      readonly decision: Plan;
      readonly outcome: Outcome | undefined;
    }
  /** There is no drill any more: `input` is what the group is to be decided on as ever. */
  | { readonly kind: 'over'; readonly input: PlanInput };

/** What came of ordering one. */
export type DrillOrdered =
  /** Nothing was done. */
  | { readonly kind: 'refused'; readonly refusals: readonly DrillRefusal[] }
  /** Parameter Store did not take its word anywhere; nothing was done. */
  | { readonly kind: 'unsaid'; readonly problems: readonly Problem[] }
  | { readonly kind: 'said'; readonly drill: Drill; readonly saidIn: readonly string[]; readonly taken: DrillTaken };

/** Says a drill's word where nothing speaks against it, and takes its first step: who dies before that leaves it to the monitor. */
export const beginDrill = async (
  running: Running,
  seen: Seen,
  input: ExaminedInput,
  order: DrillOrder,
): Promise<DrillOrdered> => {
  const { ports, identity, signals } = running;
  const ordered = orderDrill(input, order);
  if (ordered.kind === 'refused') {
    const { refusals } = ordered;
    await publish(running, [drillRefusedEvent(identity, ports.clock(), input, order, refusals)]);
    return { kind: 'refused', refusals };
  }
  const { drill } = ordered;
  const { saidIn, problems } = await ports.overrides.say(
    input.group.voiceConnectorGroupId,
    { kind: 'drill', ...drill },
    signals.work,
  );
  if (saidIn.length === 0) return { kind: 'unsaid', problems };
  report(running, problems);
  const taken = await takeDrillStep(running, seen, input, drill);
  if (taken.kind === 'decided') {
    ports.log.info('decision', { ...groupResult(taken.input, taken.decision, taken.outcome) });
  }
  return { kind: 'said', drill, saidIn, taken };
};

/** Nothing is kept between two steps, so that any of them may die anywhere, and the next begins where the group stands. */
export const takeDrillStep = async (
  running: Running,
  seen: Seen,
  input: PlanInput,
  drill: Drill,
): Promise<DrillTaken> => {
  const [examined, readings] = await Promise.all([
    examine(running, seen, input),
    callsSince(running, seen, input.group, drill),
  ]);
  const step = drillStep(examined, drill, readings);
  switch (step.kind) {
    case 'watch':
      return { kind: 'decided', input: examined, decision: step.hold, outcome: undefined };
    case 'begin': {
      const outcome = await act(running, seen.observed, examined, step.move);
      reportOutcome(running, examined, step.move, outcome);
      return { kind: 'decided', input: examined, decision: step.move, outcome };
    }
    case 'restore': {
      const { move, ending } = step;
      const outcome = await act(running, seen.observed, examined, move);
      reportOutcome(running, examined, move, outcome);
      // What AWS does not show yet the next turn sees to.
      if (outcome.kind === 'applied') await end(running, seen, examined, drill, { ...ending, priorities: move.after });
      return { kind: 'decided', input: examined, decision: move, outcome };
    }
    case 'over':
      await end(running, seen, examined, drill, { ...step.ending, priorities: input.group.items });
      return { kind: 'over', input: { ...examined, override: { kind: 'none' } } };
    default:
      return step satisfies never;
  }
};

/** Looks as closely at every member as a move to it takes: a drill goes both ways. */
export const examine = async (running: Running, seen: Seen, input: PlanInput): Promise<ExaminedInput> => {
  const { closer } = input;
  if (closer !== undefined) return { ...input, closer };
  const ids = input.group.items.map(({ voiceConnectorId }) => voiceConnectorId);
  return withCloserLook(running, seen, input, ids);
};

/** A drill may be longer than the hour that every turn reads, and be looked at long after it. */
const callsSince = async (
  { ports, identity, signals }: Running,
  { observed }: Seen,
  { items, voiceConnectorGroupId }: VoiceConnectorGroup,
  { promoting, startedAt }: Drill,
): Promise<DrillReadings> => {
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
    promoted: readings === undefined ? noMinutes : (readings.get(promoting) ?? unasked),
    others: together(others.map((id) => readings?.get(id) ?? unasked)),
  };
};

const drillMetrics = ['InboundCallAttempts', 'InboundCallFailures', 'Throttles'] as const;

const noMinutes: MetricsReading = { kind: 'read', minutes: [] };
const unasked: MetricsReading = { kind: 'fetch-error', message: 'nobody knows in which Region it is' };

/** What cannot be read of the others is not held against the promoted one. */
const together = (readings: readonly MetricsReading[]): MetricsReading => ({
  kind: 'read',
  minutes: readings.flatMap((reading) => (reading.kind === 'read' ? reading.minutes : [])),
});

/** Told before the word is taken back: who dies in between tells it again, under the same id. */
const end = async (
  running: Running,
  { observed }: Seen,
  input: PlanInput,
  drill: Drill,
  ended: DrillEnding & { readonly priorities: readonly VoiceConnectorItem[] },
): Promise<void> => {
  const { ports, identity, signals } = running;
  await publish(running, [drillEndedEvent(identity, ports.clock(), input, drill, ended)]);
  const { voiceConnectorGroupId } = input.group;
  const words = observed.overrides.spoken.filter(
    ({ key, word }) => key === voiceConnectorGroupId && word.kind === 'drill',
  );
  report(running, await ports.overrides.takeBack(words, signals.record));
};
