/** A maintenance window as policy.yml has it. */
import * as z from 'zod';
import { weekdays } from '../core/model/group-policy.ts';
import { safeLine } from './safe-text.ts';

const maxReasonLength = 200;
const expectedReason = `Expected a reason, 1 to ${maxReasonLength} characters`;
const expectedTime = 'Expected a time of the day, in quotes, such as "02:00"';

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const maintenanceWindow = z
  .strictObject({
    day: z.enum([...weekdays, 'daily']),
    from: z.string(expectedTime).regex(/^([01]\d|2[0-3]):[0-5]\d$/, expectedTime),
    until: z.string(expectedTime).regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, expectedTime),
    timeZone: z.string().refine(isTimeZone, 'Expected a time zone such as Europe/Berlin').default('UTC'),
    reason: z
      .string(expectedReason)
      .trim()
      .min(1, expectedReason)
      .max(maxReasonLength, expectedReason)
      .transform(safeLine),
  })
  // It could mean no time or a whole day.
  .refine(({ from, until }) => from !== until, {
    path: ['until'],
    message: 'Expected another time than from; a whole day is from "00:00" until "24:00"',
  });
