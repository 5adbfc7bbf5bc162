/** What a local AWS keeps across restarts. */
import * as z from 'zod';
import { accountSchema } from '../account/account.ts';
import { faultsSchema } from '../controls/faults.ts';
import { postedRulesSchema } from '../wire/misbehaviour.ts';
import { journalSchema } from './journal.ts';

export const stateSchema = z.object({
  /** Of the simulated clock. */
  now: z.number(),
  nextMinuteStartsAt: z.number(),
  journal: journalSchema,
  speed: z.number(),
  callsFactor: z.number(),
  faults: faultsSchema,
  rules: postedRulesSchema,
  account: accountSchema,
});

export type State = z.output<typeof stateSchema>;
