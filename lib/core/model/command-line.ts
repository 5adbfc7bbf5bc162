/** The command lines that operators type. Stage and Region are required: without them a command reaches another stack, or none. */

export type InvokeCommand = {
  readonly functionName: 'monitor' | 'operate' | 'preflight' | 'sessions';
  readonly stage: string;
  readonly region: string;
  /** What the function receives, as JSON. Default: nothing. */
  readonly payload?: object | undefined;
};

/** Makes a text one word of a shell. */
export type ShellQuote = (text: string) => string;

/** `'…'`, which every POSIX shell takes as it is written. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The line that invokes a deployed function: `npx sls invoke -f operate --stage prod --region us-west-2 -d '{"action":"status"}'`. */
export function formatInvokeCommand(
  { functionName, stage, region, payload }: InvokeCommand,
  quote: ShellQuote = singleQuoted,
): string {
  const data = payload === undefined ? '' : ` -d ${quote(JSON.stringify(payload))}`;
  return `npx sls invoke -f ${functionName} --stage ${stage} --region ${region}${data}`;
}
