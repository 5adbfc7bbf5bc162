/** The command lines in alarms and messages. Without stage and Region a command reaches another stack, or none, so both are required. */

export type InvokeCommand = {
  readonly functionName: 'monitor' | 'operate' | 'preflight' | 'sessions';
  readonly stage: string;
  readonly region: string;
  /** The function's input, sent as JSON. Default: none. */
  readonly payload?: object | undefined;
};

/** Quotes a text as one argument of a shell. */
export type ShellQuote = (text: string) => string;

/** `'…'`, which every POSIX shell reads literally. */
function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The command that invokes a deployed function: `npx sls invoke -f operate --stage prod --region us-west-2 -d '{"action":"status"}'`. */
export function formatInvokeCommand(
  { functionName, stage, region, payload }: InvokeCommand,
  quote: ShellQuote = singleQuoted,
): string {
  const data = payload === undefined ? '' : ` -d ${quote(JSON.stringify(payload))}`;
  return `npx sls invoke -f ${functionName} --stage ${stage} --region ${region}${data}`;
}

/** The framework replaces both when it packages the template. */
const deployed = { stage: '${sls:stage}', region: '${self:provider.region}' };

/** The command for the stack that the template is packaged for. */
export function invokeCommand(
  functionName: InvokeCommand['functionName'],
  payload?: InvokeCommand['payload'],
  quote?: ShellQuote,
): string {
  return formatInvokeCommand({ ...deployed, functionName, payload }, quote);
}
