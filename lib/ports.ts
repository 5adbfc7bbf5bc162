/** What the flow needs of the world, in its own words. The adapters in lib/aws fit these structurally. */
import type {
  EpochMs,
  MetricName,
  MetricsReading,
  Override,
  Problem,
  Refusal,
  SignsOfLife,
  VoiceConnectorGroup,
  VoiceConnectorItem,
} from './core/model.ts';
import type { AuditEvent } from './audit.ts';

export type Inventory = {
  readonly groups: readonly VoiceConnectorGroup[];
  /** Region by Voice Connector id, for every Voice Connector that a control Region listed. */
  readonly connectorRegions: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
};

export type GroupReading =
  | { readonly kind: 'read'; readonly group: VoiceConnectorGroup }
  | { readonly kind: 'failed'; readonly refusal: Refusal };

export type UpdateAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Nobody knows whether AWS took it: the answer timed out, or the connection broke. */
  | { readonly kind: 'unanswered'; readonly message: string };

export interface GroupsPort {
  /** Every group and Voice Connector that the control Regions list. */
  list(signal: AbortSignal): Promise<Inventory>;
  read(
    group: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'controlRegion'>,
    signal: AbortSignal,
  ): Promise<GroupReading>;
  /** Replaces the group's items, echoing everything else as it was read. */
  update(group: VoiceConnectorGroup, items: readonly VoiceConnectorItem[], signal: AbortSignal): Promise<UpdateAnswer>;
  /** The last OPTIONS ping and the origination settings, from the Region that listed the group. */
  signsOfLife(voiceConnectorId: string, controlRegion: string, signal: AbortSignal): Promise<SignsOfLife>;
}

/** What to ask CloudWatch for: whole minutes from `from` (inclusive) to `until` (exclusive). */
export type MetricsRequest = {
  readonly connectors: readonly { readonly voiceConnectorId: string; readonly region: string }[];
  readonly metrics: readonly MetricName[];
  readonly from: EpochMs;
  readonly until: EpochMs;
};

export interface MetricsPort {
  /** One reading for every Voice Connector asked for; a Region that fails costs only its own. */
  read(request: MetricsRequest, signal: AbortSignal): Promise<ReadonlyMap<string, MetricsReading>>;
}

export interface OverridesPort {
  /** The operator's word, by group. */
  read(signal: AbortSignal): Promise<OverridesReading>;
}

export type OverridesReading =
  | {
      readonly kind: 'read';
      of(group: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'name'>, at: EpochMs): Override;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

export interface RecordPort {
  /** Publishes the events in order. What could not be delivered comes back; nothing is dropped in silence. */
  publish(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Undelivered[]>;
}

export type Undelivered = { readonly event: AuditEvent; readonly message: string };

/** Structured log lines, as Powertools' logger writes them. */
export interface LogPort {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

export type Ports = {
  readonly groups: GroupsPort;
  readonly metrics: MetricsPort;
  readonly overrides: OverridesPort;
  readonly record: RecordPort;
  readonly log: LogPort;
  /** The time now. */
  readonly clock: () => EpochMs;
  /** Resolves after so many milliseconds, or at once when the signal says so. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};
