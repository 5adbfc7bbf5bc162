/** Look again, say and note what is meant, write, say what became of it. */
import { intendedEvent, outcomeEvent } from '../audit/event-builders.ts';
import type { Move, Outcome, Problem } from '../core/model/model.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { printed } from '../core/model/priorities.ts';
import { controlRegionsFrom, look } from './recheck.ts';
import type { ListedConnector, Ports, Signals } from '../ports.ts';
import type { AuditEvent, TurnIdentity } from '../events/event.ts';
import { sessionsEvidence, type SessionsEvidence } from './sessions-evidence.ts';
import { evidenceExpired, write, type Written } from './write.ts';

export type Application = PlanInput & {
  readonly move: Move;
  /** The Voice Connector that the move takes off the top; undefined where no control Region lists it. */
  readonly leaving: ListedConnector | undefined;
  readonly identity: TurnIdentity;
  /** Publishes before and after the write; what EventBridge refuses is the recorder's problem and never stops a rescue. */
  readonly tell: (event: AuditEvent) => Promise<void>;
  readonly report: (problem: Problem) => void;
};

type Evident = Application & { readonly sessions: SessionsEvidence };

export const apply = async (application: Application, ports: Ports, signals: Signals): Promise<Outcome> => {
  const { move, identity, tell } = application;
  const [sessions, refused] = await Promise.all([
    sessionsEvidence(ports, application.leaving, signals.work),
    withheldByMode(application) ?? refusedAtFirstSight(application, ports, signals),
  ]);
  const evident = { ...application, sessions };
  const outcome = refused ?? (await noteAndWrite(evident, ports, signals));
  await tell(outcomeEvent(identity, ports.clock(), evident, move, outcome));
  return outcome;
};

/** The mode binds the monitor's own judgement. Who says by name what is to be done knows what the group's mode is. */
const withheldByMode = ({ policy, move }: Application): Outcome | undefined =>
  policy.mode === 'observe' && isOwn(move)
    ? { kind: 'withheld', code: 'observe-mode', reason: `mode observe: would have set ${printed(move.after)}` }
    : undefined;

/** Spares an intent that could come to nothing. The look that counts comes later: nothing may stand between it and the write. */
const refusedAtFirstSight = async (
  { group, policy, identity }: Application,
  { groups, clock }: Ports,
  { work }: Signals,
): Promise<Outcome | undefined> => {
  const found = await look(groups, group, controlRegionsFrom(group.controlRegion, groups), work);
  if (found.kind === 'stop' && !found.passes) return found.outcome;
  return evidenceExpired(identity.observedAt, clock(), policy);
};

/** What the monitor decided by itself; a drill and its end were ordered. */
const isOwn = ({ kind, command }: Move): boolean =>
  command === undefined && (kind === 'failover' || kind === 'failback');

/** A switchover is an edit by hand: the monitor stands off from it as from one made in the console. */
const isNoted = ({ kind }: Move): boolean => kind !== 'switchover';

/** The note goes before the write, so that a change survives whoever made it; one that did not come about is taken back. */
const noteAndWrite = async (application: Evident, ports: Ports, signals: Signals): Promise<Outcome> => {
  const { group, move, policy, identity, tell, report } = application;
  const { changes, clock } = ports;
  const at = clock();
  const noting = isNoted(move) ? changes.note(group, move, at, signals.work) : [];
  const [unnoted] = await Promise.all([noting, tell(intendedEvent(identity, at, application, move))]);
  const { observedAt } = identity;
  const { outcome, counts }: Written = await write({ group, move, policy, observedAt }, ports, signals.work);
  if (!isNoted(move)) return outcome;
  const missedBy = unnoted.map(({ region }) => region);
  const wrong = counts
    ? await changes.note(group, move, at, signals.record, missedBy)
    : await changes.withdraw(group, move, at, signals.record, missedBy);
  for (const { problem } of wrong) report(problem);
  return outcome;
};
