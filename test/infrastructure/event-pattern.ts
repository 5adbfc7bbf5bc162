import { matcherOf } from '../../sim/account/event-pattern.ts';

/** Whether EventBridge would match an event. @throws Error for a pattern that is none, or a filter that is not simulated */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  return matcherOf(pattern, (reason) => new Error(reason))(event);
}
