/** A packaged policy → {@link Policy}, or every problem at once. infra/policy-text.ts packages policy.yml. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { GroupPolicy, PolicyOf } from '../core/model/group-policy.ts';
import { groupFields, inheritedFields, tuningFields } from './policy-fields.ts';
import { builtInSettings, crossProblems, flatSettings, rightPlace, type RawSettings } from './policy-rules.ts';
import { wholeNumberFrom } from './numbers.ts';
import { regionName } from './region-name.ts';
import { safeText } from './safe-text.ts';
import { InvalidInputError, problemsOf } from './validation.ts';

export type Policy = {
  /** Of the text of policy.yml; every event carries it. */
  readonly hash: string;
  /** The dimension set of the account's metrics in CloudWatch, which matches a set exactly or not at all. */
  readonly metricDimensions: readonly ('VoiceConnectorId' | 'Region')[];
  /** By Voice Connector id, the Region whose CloudWatch has its metrics where that is not the Region of the Voice Connector. */
  readonly metricsRegions: ReadonlyMap<string, string>;
  /** By Region, how many calls AWS lets the account have at once; it cannot be read from AWS. */
  readonly activeCallsQuota: ReadonlyMap<string, number>;
  readonly defaults: GroupPolicy;
  /** By group id or name. */
  readonly groups: ReadonlyMap<string, GroupPolicy>;
};

/** What is left out is inherited: by a group from `defaults`, by `defaults` from the documented defaults. */
const settings = z.strictObject(inheritedFields).partial();
const tuning = z.strictObject(tuningFields).partial().optional();

const region = z.string().regex(regionName, 'Expected a Region name such as us-east-1');

const policySchema = z.strictObject({
  version: z.literal(1),
  metricDimensions: z
    .array(z.enum(['VoiceConnectorId', 'Region']))
    .refine((names) => names.includes('VoiceConnectorId'), 'Expected VoiceConnectorId among them')
    .default(['VoiceConnectorId']),
  metricsRegions: z.record(z.string().min(1).max(256), region).default({}),
  activeCallsQuota: z.record(region, wholeNumberFrom(1, 1_000_000)).default({}),
  defaults: settings.extend({ tuning }).prefault({}),
  groups: z.array(settings.extend({ tuning, group: z.string().min(1).max(256), ...groupFields })).default([]),
});

const groupPolicySchema = z.object({ ...inheritedFields, ...tuningFields, ...groupFields });

function groupPolicy(all: RawSettings): GroupPolicy {
  return { preferredOrder: undefined, drill: undefined, ...groupPolicySchema.parse(all) };
}

const packagedPolicySchema = z.strictObject({
  source: z.string(),
  hash: z.string(),
  settings: z.unknown(),
});

/** A policy as a function reads it: the content of the file `source`, and the hash of its text. */
export type PackagedPolicy = Readonly<z.output<typeof packagedPolicySchema>>;

/** @throws InvalidInputError with every problem, its value and the allowed range */
export function policyFrom({ source, hash, settings: raw }: PackagedPolicy): Policy {
  const result = policySchema.safeParse(raw);
  const problems = [...(result.success ? [] : problemsOf(result.error, raw, rightPlace)), ...crossProblems(raw)];
  if (!result.success || problems.length > 0) throw new InvalidInputError(source, problems);
  const { metricDimensions, metricsRegions, activeCallsQuota, defaults, groups } = result.data;
  const inherited = { ...builtInSettings, ...flatSettings(defaults) };
  return {
    hash,
    metricDimensions,
    metricsRegions: new Map(Object.entries(metricsRegions)),
    activeCallsQuota: new Map(Object.entries(activeCallsQuota)),
    defaults: groupPolicy(inherited),
    groups: new Map(groups.map((own) => [own.group, groupPolicy({ ...inherited, ...flatSettings(own) })])),
  };
}

/** The policy file cannot be read, so that its content is unknown. */
export class UnreadablePolicyError extends Error {
  override readonly name = 'UnreadablePolicyError';

  /** @param advice how to correct it */
  constructor(file: string, cause: unknown, advice: string) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(safeText(`cannot read the policy file ${file}: ${reason}; ${advice}`), { cause });
  }
}

/** @throws UnreadablePolicyError or InvalidInputError */
export function loadPackagedPolicy(file: string): Policy {
  let packaged: PackagedPolicy;
  try {
    packaged = packagedPolicySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new UnreadablePolicyError(file, cause, 'package the service again, which writes this file');
  }
  return policyFrom(packaged);
}

/** A group's policy: the entry with its id, else the one with its name, else the defaults. */
export function policyOf(policy: Policy): PolicyOf {
  return (group) =>
    (group && (policy.groups.get(group.voiceConnectorGroupId) ?? policy.groups.get(group.name))) ?? policy.defaults;
}

/** The groups that the policy entry of this group applies to, if they are several: an entry is for one group. */
export function groupsOfSharedEntry<Group extends { readonly voiceConnectorGroupId: string; readonly name: string }>(
  policy: Pick<Policy, 'groups'>,
  group: Group,
  groups: readonly Group[],
): { readonly entry: string; readonly groups: readonly Group[] } | undefined {
  const entry = entryOf(policy, group);
  if (entry === undefined) return undefined;
  const sharing = groups.filter((other) => entryOf(policy, other) === entry);
  return sharing.length > 1 ? { entry, groups: sharing } : undefined;
}

function entryOf(
  { groups }: Pick<Policy, 'groups'>,
  { voiceConnectorGroupId: id, name }: { readonly voiceConnectorGroupId: string; readonly name: string },
): string | undefined {
  return [id, name].find((each) => groups.has(each));
}
