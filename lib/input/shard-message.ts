/** The message with which the lister gives a shard to the monitor. */
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { InvalidInputError, parse } from './validation.ts';

const optional = z.number().optional();

const group = z.object({
  voiceConnectorGroupId: z.string().min(1),
  name: z.string().min(1),
  controlRegion: z.string().min(1),
  callDistributionType: z.string().optional(),
  items: z.array(z.object({ voiceConnectorId: z.string().min(1), priority: optional })),
  createdAt: optional,
  updatedAt: optional,
});

const count = z.int().nonnegative();

const shardMessage = z.object({
  version: z.literal(1),
  /** From 0. */
  shard: count,
  /** How many shards the stage has. */
  shards: z.int().positive(),
  /** When the lister began to list the account. */
  listedAt: z.int(),
  /** Whether a Region listed these groups only after the other ones had been sent: the shard then gets two messages in one minute. */
  isLate: z.boolean(),
  share: z.object({ groups: count, before: count, own: count, minute: z.int() }),
  groups: z.array(group),
  /** Groups of other shards that show how a Region fares. */
  witnesses: z.array(group),
  /** Those of the members that a control Region listed. */
  connectors: z.array(
    z.object({ voiceConnectorId: z.string().min(1), region: z.string().min(1), controlRegion: z.string().min(1) }),
  ),
});

type Parsed = z.output<typeof shardMessage>;
type ParsedGroup = z.output<typeof group>;
type ParsedItem = ParsedGroup['items'][number];

/** With `undefined` in the place of what JSON leaves out. */
export type ShardMessage = Omit<Parsed, 'groups' | 'witnesses'> & {
  readonly groups: readonly SentGroup[];
  readonly witnesses: readonly SentGroup[];
};

type SentGroup = Omit<ParsedGroup, 'items' | 'callDistributionType' | 'createdAt' | 'updatedAt'> & {
  readonly callDistributionType: string | undefined;
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
  readonly items: readonly { readonly voiceConnectorId: string; readonly priority: number | undefined }[];
};

/** Compressed, because ids repeat: 250 groups of three Voice Connectors take about 25 KB. */
export function encodeShard(message: ShardMessage): string {
  return gzipSync(JSON.stringify(message)).toString('base64');
}

/** A message that would unpack to more is not one of ours. */
const maxUnpackedBytes = 50_000_000;

/** Lambda's form of what a queue delivers. The event source mapping delivers one message at a time. */
const queueEvent = z.object({
  Records: z.tuple([z.object({ eventSource: z.literal('aws:sqs'), messageId: z.string(), body: z.string() })]),
});

/** Whether an event source mapping sent the event. */
export function isFromQueue(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'Records' in event;
}

/** @throws InvalidInputError for anything but one message of the lister */
export function parseShardMessage(event: unknown): ShardMessage {
  const [{ messageId, body }] = parse(queueEvent, event, 'the event of the shard queue').Records;
  const what = `the shard message ${messageId}`;
  const { groups, witnesses, ...others } = parse(shardMessage, unpacked(body, what), what);
  return { ...others, groups: groups.map(toGroup), witnesses: witnesses.map(toGroup) };
}

function unpacked(body: string, what: string): unknown {
  try {
    return JSON.parse(gunzipSync(Buffer.from(body, 'base64'), { maxOutputLength: maxUnpackedBytes }).toString());
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidInputError(what, [`Expected compressed JSON from the lister: ${message}`]);
  }
}

function toGroup({ callDistributionType, createdAt, updatedAt, items, ...others }: ParsedGroup): SentGroup {
  const toItem = ({ voiceConnectorId, priority }: ParsedItem) => ({ voiceConnectorId, priority });
  return { ...others, callDistributionType, createdAt, updatedAt, items: items.map(toItem) };
}
