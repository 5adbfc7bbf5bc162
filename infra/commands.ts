/** The command lines in alarms and messages. Without stage and Region a command reaches another stack, or none, so both are required. */

type Place = { readonly stage: string; readonly region: string };

/** A command of `vcf`: `['pause', 'main-line']`, `{ until: '2h' }`. */
export type VcfCommand = Place & {
  readonly args: readonly string[];
  readonly options?: Readonly<Record<string, string>> | undefined;
};

/** `npm run vcf -- pause main-line --until 2h --reason WHY --stage prod --region us-west-2` */
export function formatVcfCommand({ args, options = {}, stage, region }: VcfCommand): string {
  const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, shellQuoted(value)]);
  return `npm run vcf -- ${[...args.map(shellQuoted), ...given].join(' ')} --stage ${stage} --region ${region}`;
}

/** Plain, or `'…'`, which every POSIX shell reads literally. */
function shellQuoted(text: string): string {
  return /^[\w.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The framework replaces both when it packages the template. */
const deployed: Place = { stage: '${sls:stage}', region: '${self:provider.region}' };

/** The command for the stack that the template is packaged for. An argument may be `<name>`, which a message replaces by an id. */
export function vcfCommand(args: readonly string[], options?: VcfCommand['options']): string {
  return formatVcfCommand({ ...deployed, args, options });
}

/** Runs the monitor once: the only function in a message that is no command of a person. */
export const runMonitorOnce = `npx sls invoke -f monitor --stage ${deployed.stage} --region ${deployed.region}`;
