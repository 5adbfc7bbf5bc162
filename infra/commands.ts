/** The command lines in alarms and messages, for the stack that they are deployed with. */
import { formatInvokeCommand, type InvokeCommand, type ShellQuote } from '../lib/core/model/command-line.ts';

/** The framework replaces both when it packages the template. */
const deployed = { stage: '${sls:stage}', region: '${self:provider.region}' };

export function invokeCommand(
  functionName: InvokeCommand['functionName'],
  payload?: InvokeCommand['payload'],
  quote?: ShellQuote,
): string {
  return formatInvokeCommand({ ...deployed, functionName, payload }, quote);
}
