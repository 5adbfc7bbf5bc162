/** The groups behind a history: the JSON file beside a CSV, or the head of a JSON history. docs/backtest.md describes it. */
import * as z from 'zod';
import { inOrder } from '../lib/core/model/priorities.ts';
import type { EpochMs } from '../lib/core/model/time.ts';
import { regionName } from '../lib/input/region-name.ts';
import { changeKinds, type RecordedAccount } from './history.ts';

const id = z.string().min(1).max(256);
const time = z.iso
  .datetime({ offset: true, error: 'Expected a time with its zone such as 2026-11-21T06:00:00Z' })
  .transform((text) => Date.parse(text));
const region = z.string().regex(regionName, 'Expected a Region name such as us-east-1');

const fields = {
  version: z.literal(1),
  groups: z
    .array(
      z.strictObject({
        voiceConnectorGroupId: id,
        name: id.optional(),
        controlRegion: region.default('us-east-1'),
        callDistributionType: z.string().max(256).default('PriorityWeightedDistribution'),
        members: z.array(z.strictObject({ voiceConnectorId: id, priority: z.int().min(1).max(99) })).min(1),
        createdAt: time.optional(),
        updatedAt: time.optional(),
      }),
    )
    .min(1),
  voiceConnectors: z
    .array(
      z.strictObject({
        voiceConnectorId: id,
        region,
        receivesPings: z.boolean().default(true),
        origination: z.enum(['ready', 'disabled', 'no-route']).default('ready'),
      }),
    )
    .min(1),
  changes: z
    .array(z.strictObject({ time, voiceConnectorGroupId: id, order: z.array(id).min(1), kind: z.enum(changeKinds) }))
    .default([]),
};

type AccountFile = z.output<z.ZodObject<typeof fields>>;

type Report = { readonly issues: unknown[] };

/** What the types alone do not say. */
function crossCheck({ value, issues }: { readonly value: AccountFile } & Report): void {
  const problem = (path: readonly (string | number)[], message: string, input: unknown): void => {
    issues.push({ code: 'custom', path, message, input });
  };
  const connectors = new Set(value.voiceConnectors.map(({ voiceConnectorId }) => voiceConnectorId));
  const groups = new Map(value.groups.map((group) => [group.voiceConnectorGroupId, group]));
  value.groups.forEach(({ members }, place) => {
    members.forEach(({ voiceConnectorId }, member) => {
      if (connectors.has(voiceConnectorId)) return;
      problem(
        ['groups', place, 'members', member, 'voiceConnectorId'],
        'Expected one of voiceConnectors',
        voiceConnectorId,
      );
    });
  });
  value.changes.forEach(({ voiceConnectorGroupId, order, time: at }, place) => {
    const members = groups.get(voiceConnectorGroupId)?.members.map(({ voiceConnectorId }) => voiceConnectorId);
    if (members === undefined) {
      problem(['changes', place, 'voiceConnectorGroupId'], 'Expected one of groups', voiceConnectorGroupId);
    } else if ([...members].sort().join() !== [...order].sort().join()) {
      problem(['changes', place, 'order'], 'Expected every member of the group once', order);
    }
    if (at < (value.changes[place - 1]?.time ?? 0)) {
      problem(['changes', place, 'time'], 'Expected changes in the order of time', at);
    }
  });
}

export const accountSchema = z.strictObject(fields).check(crossCheck).transform(toAccount);

export const historySchema = z
  .strictObject({ ...fields, rows: z.array(z.record(z.string(), z.unknown())) })
  .check(crossCheck)
  .transform((file) => ({ account: toAccount(file), rows: file.rows }));

function toAccount({ groups, voiceConnectors, changes }: AccountFile): RecordedAccount {
  return {
    groups: groups.map(({ members, name, createdAt, updatedAt, ...group }) => ({
      ...group,
      name: name ?? group.voiceConnectorGroupId,
      items: members,
      createdAt,
      updatedAt,
    })),
    connectors: voiceConnectors,
    changes: changes.map(({ time: at, ...change }) => ({ at, ...change })),
  };
}

/** The same account as the content of the file. */
export function toAccountFile({ groups, connectors, changes }: RecordedAccount) {
  return {
    version: 1 as const,
    groups: groups.map(({ items, createdAt, updatedAt, ...group }) => ({
      ...group,
      members: inOrder(items),
      ...(createdAt === undefined ? {} : { createdAt: isoTime(createdAt) }),
      ...(updatedAt === undefined ? {} : { updatedAt: isoTime(updatedAt) }),
    })),
    voiceConnectors: connectors,
    changes: changes.map(({ at, voiceConnectorGroupId, order, kind }) => ({
      time: isoTime(at),
      voiceConnectorGroupId,
      order,
      kind,
    })),
  };
}

export function isoTime(at: EpochMs): string {
  return new Date(at).toISOString();
}
