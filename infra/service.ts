/** What the resources need to know of serverless.yml. */
import * as z from 'zod';
import { wakeModes, type WakeMode } from '../lib/core/model/wake.ts';

/** What the framework passes to a function that a `file()` variable calls. */
export type VariableContext = {
  /** @throws an error with code MISSING_VARIABLE_DEPENDENCY, which the framework must receive: it then calls again later */
  readonly resolveConfigurationProperty: (path: readonly string[]) => Promise<unknown>;
};

/** A function that the stage does not have is null. */
const functionsSchema = z
  .record(z.string(), z.object({ timeout: z.number() }).nullable())
  .transform((all) =>
    Object.fromEntries(Object.entries(all).flatMap(([name, one]) => (one === null ? [] : [[name, one] as const]))),
  );

/** By name, as in serverless.yml. `timeout` is in seconds. */
export type Functions = z.output<typeof functionsSchema>;

export async function functionsOf({ resolveConfigurationProperty }: VariableContext): Promise<Functions> {
  return functionsSchema.parse(await resolveConfigurationProperty(['functions']));
}

export async function textAt({ resolveConfigurationProperty }: VariableContext, ...path: string[]): Promise<string> {
  return z.string().parse(await resolveConfigurationProperty(path));
}

/** The logical id that the framework gives a function. */
export function logicalIdOf(functionName: string): string {
  return `${functionName.charAt(0).toUpperCase()}${functionName.slice(1)}LambdaFunction`;
}

/** What wakes the monitor, by the settings of the stage. */
export async function wakeModeOf(context: VariableContext): Promise<WakeMode> {
  return z.enum(wakeModes).parse(await textAt(context, 'custom', 'settings', 'wake'));
}
