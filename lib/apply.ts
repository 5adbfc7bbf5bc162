/** Look again, say what is meant, write, read back, say what became of it. */
import { intendedEvent, outcomeEvent } from './audit.ts';
import type { EpochMs, GroupPolicy, Move, Outcome, VoiceConnectorGroup } from './core/model.ts';
import type { PlanInput } from './core/plan.ts';
import { differences, printed, sameItems } from './core/priorities.ts';
import { duration } from './core/words.ts';
import type { GroupReading, Ports } from './ports.ts';
import type { AuditEvent, TurnIdentity } from './record/event.ts';

/** How long a write may take to show before it is called unverified. */
const readBackLimitMs = 15_000;
const readBackPausesMs = [0, 500, 1000, 2000, 3000, 4000, 4000];

export type Application = PlanInput & {
  readonly move: Move;
  readonly identity: TurnIdentity;
  /** Publishes before and after the write; what EventBridge refuses is the recorder's problem and never stops a rescue. */
  readonly tell: (event: AuditEvent) => Promise<void>;
};

export const apply = async (application: Application, ports: Ports, signal: AbortSignal): Promise<Outcome> => {
  const outcome = await attempt(application, ports, signal);
  const { move, identity } = application;
  await application.tell(outcomeEvent(identity, ports.clock(), application, move, outcome));
  return outcome;
};

const attempt = async (application: Application, ports: Ports, signal: AbortSignal): Promise<Outcome> => {
  const { group, move, policy, identity, tell } = application;
  if (policy.mode === 'observe') {
    return { kind: 'withheld', code: 'observe-mode', reason: `mode observe: would have set ${printed(move.after)}` };
  }
  const current = await ports.groups.read(group, signal);
  const refused = stillAsObserved(group, current) ?? evidenceExpired(identity.observedAt, ports.clock(), policy);
  if (refused !== undefined) return refused;
  await tell(intendedEvent(identity, ports.clock(), application, move));
  const expired = evidenceExpired(identity.observedAt, ports.clock(), policy);
  if (expired !== undefined) return expired;
  const answer = await ports.groups.update(group, move.after, signal);
  if (answer.kind === 'refused') {
    return { kind: 'rejected', code: answer.refusal.kind, reason: answer.refusal.message };
  }
  const answered = answer.kind === 'accepted' ? 'accepted by AWS' : `without an answer from AWS (${answer.message})`;
  return readBack(application, answered, ports, signal);
};

const stillAsObserved = (group: VoiceConnectorGroup, current: GroupReading): Outcome | undefined => {
  if (current.kind === 'failed') {
    const reason = `looking again before the write: ${current.refusal.message}`;
    return { kind: 'rejected', code: current.refusal.kind, reason };
  }
  const changed = differences(group, current.group);
  return changed.length === 0
    ? undefined
    : {
        kind: 'withheld',
        code: 'group-changed',
        reason: `the group changed after it was judged: ${changed.join('; ')}`,
      };
};

const evidenceExpired = (observedAt: EpochMs, now: EpochMs, policy: GroupPolicy): Outcome | undefined => {
  const age = now - observedAt;
  const limit = policy.evidenceLimitSeconds;
  // A clock that ran backwards proves nothing about the age of anything.
  return age >= 0 && age <= limit * 1000
    ? undefined
    : {
        kind: 'withheld',
        code: 'evidence-expired',
        reason: `the evidence is ${duration(age)} old, evidenceLimitSeconds ${limit}`,
      };
};

const readBack = async (
  { group, move }: Application,
  answered: string,
  { groups, clock, sleep }: Ports,
  signal: AbortSignal,
): Promise<Outcome> => {
  const startedAt = clock();
  let seen = 'nothing';
  for (const pauseMs of readBackPausesMs) {
    if (signal.aborted || clock() - startedAt + pauseMs > readBackLimitMs) break;
    await sleep(pauseMs, signal);
    const reading = await groups.read(group, signal);
    if (reading.kind === 'failed') {
      seen = reading.refusal.message;
    } else if (sameItems(reading.group.items, move.after)) {
      return { kind: 'applied', reason: `${answered}, seen as ${printed(move.after)}` };
    } else {
      seen = printed(reading.group.items);
    }
  }
  const waited = duration(clock() - startedAt);
  return { kind: 'unverified', reason: `${answered}, but after ${waited} AWS still shows: ${seen}` };
};
