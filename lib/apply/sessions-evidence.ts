/**
 * The proxy sessions on the Voice Connector that a move leaves. Only new calls follow a move, so they are told beside it and never
 * weighed: whatever becomes of the question, the move goes on.
 */
import type { ListedConnector, Ports, ProxySessionStatus, SessionsReading } from '../ports.ts';
import { toCount, type SessionCount } from './session-count.ts';

/** How long a move waits for them at most. */
const budgetMs = 2000;

export type SessionsEvidence = Readonly<Record<'Open' | 'InProgress', SessionCount>>;

/** @param leaving undefined where no control Region lists it, so that nobody can be asked */
export async function sessionsEvidence(
  { sessions }: Pick<Ports, 'sessions'>,
  leaving: ListedConnector | undefined,
  signal: AbortSignal,
): Promise<SessionsEvidence> {
  const budget = AbortSignal.any([signal, AbortSignal.timeout(budgetMs)]);
  const count = async (status: ProxySessionStatus): Promise<SessionCount> =>
    toCount(
      // The SDK sits out its pause between two attempts before it heeds a signal.
      leaving === undefined ? unlisted : await Promise.race([sessions.list(leaving, status, budget), outOf(budget)]),
    );
  const [Open, InProgress] = await Promise.all([count('Open'), count('InProgress')]);
  return { Open, InProgress };
}

const unlisted: SessionsReading = { kind: 'failed', message: 'no control Region lists the Voice Connector' };

function outOf(budget: AbortSignal): Promise<SessionsReading> {
  return new Promise((resolve) => {
    const giveUp = (): void => {
      resolve({ kind: 'failed', message: `no answer within ${budgetMs / 1000} s, for which a move waits at most` });
    };
    budget.addEventListener('abort', giveUp);
    if (budget.aborted) giveUp();
  });
}
