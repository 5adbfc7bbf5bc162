/** The log groups of the functions, as Lambda names them. */
import type { Logs } from '../account/logs.ts';
import { deployedNamePrefix } from './function-name.ts';

/** Keeps what a host's functions write in CloudWatch Logs. For `onLog` of a host. */
export function keepLog(logs: Logs, region: string) {
  return ({ functionName, line }: { readonly functionName: string; readonly line: string }): void => {
    logs.write(region, { logGroupName: `/aws/lambda/${deployedNamePrefix}${functionName}`, message: line });
  };
}
