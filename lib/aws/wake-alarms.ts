/** CloudWatch: the alarms that wake the monitor. */
import { DescribeAlarmsCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { PreflightPorts } from '../ports.ts';
import { pagesOf } from './client.ts';
import { refusalOf } from './refusal.ts';

/** @param prefix what the alarms' names begin with; the id of a Voice Connector follows */
export function wakeAlarms(
  clientOf: (region: string) => CloudWatchClient,
  prefix: string,
): NonNullable<PreflightPorts['wakeAlarms']> {
  return async (region, signal) => {
    const voiceConnectorIds = new Set<string>();
    try {
      const request = (NextToken: string | undefined, options: { readonly abortSignal: AbortSignal }) =>
        clientOf(region).send(
          new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, MaxRecords: 100, NextToken }),
          options,
        );
      for await (const { MetricAlarms = [] } of pagesOf(signal, request)) {
        for (const { AlarmName = '' } of MetricAlarms) voiceConnectorIds.add(AlarmName.slice(prefix.length));
      }
      return { kind: 'read', voiceConnectorIds };
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
  };
}
