/** Look again, say and note what is meant, write, say what became of it. */
import { intendedEvent, outcomeEvent } from '../audit/event-builders.ts';
import type { Problem, Outcome } from '../core/model/outcome.ts';
import type { Move } from '../core/model/plan.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { formatItems } from '../core/model/priorities.ts';
import { controlRegionsFrom, recheckGroup } from './recheck.ts';
import type { ListedConnector, Ports, Signals } from '../ports.ts';
import type { AuditEvent, RunIdentity } from '../events/event.ts';
import { sessionsEvidence, type SessionsEvidence } from './sessions-evidence.ts';
import { evidenceExpired, write, type WriteResult } from './write.ts';

export type MoveRequest = PlanInput & {
  readonly move: Move;
  /** The Voice Connector that the move takes off the top; undefined where no control Region lists it. */
  readonly leaving: ListedConnector | undefined;
  readonly identity: RunIdentity;
  /** Publishes before and after the write; what EventBridge refuses is the recorder's problem and never stops a rescue. */
  readonly publish: (event: AuditEvent) => Promise<void>;
  readonly report: (problem: Problem) => void;
};

type MoveWithSessions = MoveRequest & { readonly sessions: SessionsEvidence };

export async function apply(application: MoveRequest, ports: Ports, signals: Signals): Promise<Outcome> {
  const { move, identity, publish } = application;
  const [sessions, refused] = await Promise.all([
    sessionsEvidence(ports, application.leaving, signals.work),
    withheldByMode(application) ?? refusedBeforeIntent(application, ports, signals),
  ]);
  const evident = { ...application, sessions };
  const outcome = refused ?? (await recordAndWrite(evident, ports, signals));
  await publish(outcomeEvent(identity, ports.clock(), evident, move, outcome));
  return outcome;
}

/** The mode binds the monitor's own judgement. Who says by name what is to be done knows what the group's mode is. */
function withheldByMode({ policy, move }: MoveRequest): Outcome | undefined {
  return policy.mode === 'observe' && isOwn(move)
    ? { kind: 'withheld', code: 'observe-mode', reason: `mode observe: would have set ${formatItems(move.after)}` }
    : undefined;
}

/** Spares an intent that could come to nothing. The look that counts comes later: nothing may stand between it and the write. */
async function refusedBeforeIntent(
  { group, policy, identity }: MoveRequest,
  { groups, clock }: Ports,
  { work }: Signals,
): Promise<Outcome | undefined> {
  const found = await recheckGroup(groups, group, controlRegionsFrom(group.controlRegion, groups), work);
  if (found.kind === 'stop' && !found.isTransient) return found.outcome;
  return evidenceExpired(identity.observedAt, clock(), policy);
}

/** What the monitor decided by itself; a drill and its end were ordered. */
function isOwn({ kind, command }: Move): boolean {
  return command === undefined && (kind === 'failover' || kind === 'failback');
}

/** A switchover is an edit by hand: the monitor stands off from it as from one made in the console. */
function isRecorded({ kind }: Move): boolean {
  return kind !== 'switchover';
}

/** The note goes before the write, so that a change survives whoever made it; one that did not come about is taken back. */
async function recordAndWrite(application: MoveWithSessions, ports: Ports, signals: Signals): Promise<Outcome> {
  const { group, move, policy, identity, publish, report } = application;
  const { changes, clock } = ports;
  const at = clock();
  const noting = isRecorded(move) ? changes.recordChange(group, move, at, signals.work) : [];
  const [unrecorded] = await Promise.all([noting, publish(intendedEvent(identity, at, application, move))]);
  const { observedAt } = identity;
  const { outcome, mayHaveChanged }: WriteResult = await write(
    { group, move, policy, observedAt },
    ports,
    signals.work,
  );
  if (!isRecorded(move)) return outcome;
  const missedBy = unrecorded.map(({ region }) => region);
  const wrong = mayHaveChanged
    ? await changes.recordChange(group, move, at, signals.publish, missedBy)
    : await changes.retractChange(group, move, at, signals.publish, missedBy);
  for (const { problem } of wrong) report(problem);
  return outcome;
}
