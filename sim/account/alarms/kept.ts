/** Alarms as they are kept in a file. */
import * as z from 'zod';
import { orUndefined } from '../kept.ts';
import { comparisonNames, missingDataTreatments } from './definition.ts';
import { alarmStates } from './evaluation.ts';

const named = {
  name: z.string(),
  description: orUndefined(z.string()),
  actions: z.object({
    isEnabled: z.boolean(),
    onAlarm: z.array(z.string()).readonly(),
    onOk: z.array(z.string()).readonly(),
    onInsufficientData: z.array(z.string()).readonly(),
  }),
};

const query = z.object({
  id: z.string(),
  expression: z.string().optional(),
  label: z.string().optional(),
  period: z.number().optional(),
  returnData: z.boolean().optional(),
  metricStat: z
    .object({
      metric: z.object({ namespace: z.string(), metricName: z.string(), dimensions: z.record(z.string(), z.string()) }),
      period: z.number(),
      stat: z.string(),
      unit: z.string().optional(),
    })
    .optional(),
});

const metricAlarm = z.object({
  kind: z.literal('metric'),
  ...named,
  queries: z.array(query).readonly(),
  isMath: z.boolean(),
  comparison: z.enum(comparisonNames),
  threshold: z.number(),
  periodSeconds: z.number(),
  evaluationPeriods: z.number(),
  datapointsToAlarm: z.number(),
  treatMissingData: z.enum(missingDataTreatments),
});

export const alarmsSchema = z
  .array(
    z.object({
      region: z.string(),
      alarm: z.discriminatedUnion('kind', [
        metricAlarm,
        z.object({ kind: z.literal('composite'), ...named, rule: z.string() }),
      ]),
      state: z.object({
        state: z.enum(alarmStates),
        reason: z.string(),
        datapoints: z.array(z.object({ at: z.number(), value: z.number() })).readonly(),
        since: z.number(),
      }),
    }),
  )
  .readonly();
