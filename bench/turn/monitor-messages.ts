/** The messages between the benchmark and the process of the monitor. */
import { z } from 'zod';

export const invocationSchema = z.object({
  payload: z.string(),
  timeoutSeconds: z.number(),
  /** What the monitor's clock shows at the beginning. */
  simulatedMs: z.number(),
});
export type Invocation = z.output<typeof invocationSchema>;

/** The part of the monitor's result that is counted. */
export const resultSchema = z.object({ groups: z.array(z.object({ voiceConnectorGroupId: z.string() })) });

/** What the process reports of one run. CPU time is of all its threads, peak memory of its whole life. */
export const runReportSchema = z.object({
  outcome: z.enum(['succeeded', 'failed']),
  /** The error's message if it failed. */
  message: z.string(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakMegabytes: z.number(),
  /** The ids of the groups in the result of a run that succeeded. */
  groupIds: z.array(z.string()),
});
export type RunReport = z.output<typeof runReportSchema>;
