/** The log groups of the functions, as Lambda names them. */
import type { Account } from '../account/account.ts';
import { embeddedMetricsIn } from '../account/embedded-metrics.ts';
import { deployedNamePrefix } from './function-name.ts';

/** Keeps what a host's functions write in CloudWatch Logs, which makes metrics of it. For `onLog` of a host. */
export function keepLog({ logs, cloudWatch, now }: Pick<Account, 'logs' | 'cloudWatch' | 'now'>, region: string) {
  return ({ functionName, line }: { readonly functionName: string; readonly line: string }): void => {
    logs.write(region, { logGroupName: `/aws/lambda/${deployedNamePrefix}${functionName}`, message: line });
    for (const { namespace, data } of embeddedMetricsIn(line, now())) {
      if (data.length > 0) cloudWatch.putMetricData(region, namespace, data);
    }
  };
}
