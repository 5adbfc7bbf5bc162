/** The event that EventBridge invokes the report function with: a move, or what followed one. */
import * as z from 'zod';
import { InvalidInputError, parse } from '../input/validation.ts';
import { eventsIn, type LoggedEvent } from './log-line.ts';

/** A move; a change of health, such as that of the new primary to healthy; the end of a drill. infra/report.ts subscribes to these. */
export const occasions = ['Priority Change Applied', 'Connector Health Changed', 'Drill Ended'] as const;

export type Occasion = Extract<LoggedEvent, { readonly type: (typeof occasions)[number] }>;

export type AppliedMove = Extract<LoggedEvent, { readonly type: 'Priority Change Applied' }>;

const envelope = z.object({ 'detail-type': z.enum(occasions), detail: z.looseObject({}) });

/** @throws InvalidInputError for anything else */
export function parseOccasion(event: unknown): Occasion {
  const { 'detail-type': message, detail } = parse(envelope, event, 'the event');
  // As the function that published it has logged it.
  const [occasion] = eventsIn([{ message, data: detail }]);
  if (occasion === undefined || !isOccasion(occasion)) {
    throw new InvalidInputError('the event', [`detail: Expected a ${message} as docs/events.md describes it`]);
  }
  return occasion;
}

function isOccasion(event: LoggedEvent): event is Occasion {
  return occasions.some((each) => each === event.type);
}
