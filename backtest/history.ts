/** What CloudWatch recorded of an account: minutes of every Voice Connector, half hours of the time before, and the groups' orders. */
import type { MetricName } from '../lib/core/model/observation.ts';
import type { VoiceConnectorItem } from '../lib/core/model/group.ts';
import { dayMs, minuteMs, type EpochMs } from '../lib/core/model/time.ts';

const counts = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'InboundCallsAnswered',
  'InboundCallsActive',
  'OutboundCallAttempts',
  'OutboundCallFailures',
  'OutboundCallsActive',
  'Throttles',
  'Sip4xxCodes',
  'Sip6xxCodes',
  'CustomerToVcRtpPackets',
  'VcToCustomerRtpPackets',
  'RemoteToVcRtpPackets',
  'VcToRemoteRtpPackets',
] as const satisfies readonly MetricName[];

const averages = [
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
  'RTTBetweenVcAndCustomer',
  'RTTBetweenVcAndRemote',
] as const satisfies readonly MetricName[];

/** Every metric that a decision may need. */
export const historyMetrics: readonly MetricName[] = [...counts, ...averages];

export function isCount(metric: MetricName): boolean {
  return counts.some((count) => count === metric);
}

/** A group as it was when the history begins. */
export type RecordedGroup = {
  readonly voiceConnectorGroupId: string;
  readonly name: string;
  readonly controlRegion: string;
  readonly callDistributionType: string | undefined;
  readonly items: readonly VoiceConnectorItem[];
  readonly createdAt: EpochMs | undefined;
  /** When it was last changed before the history begins; undefined where that is not known. */
  readonly updatedAt: EpochMs | undefined;
};

/** `failover` and `failback` are the monitor's own decisions, a `command` is an operator's, `by-hand` is outside this project. */
export const changeKinds = ['failover', 'failback', 'command', 'by-hand'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** A change of a group's order that was really made. */
export type RecordedChange = {
  readonly at: EpochMs;
  readonly voiceConnectorGroupId: string;
  /** Voice Connector ids, the new primary first. */
  readonly order: readonly string[];
  readonly kind: ChangeKind;
};

export type RecordedConnector = {
  readonly voiceConnectorId: string;
  readonly region: string;
  /** CloudWatch does not record pings and routes: what holds for the whole history. */
  readonly receivesPings: boolean;
  readonly origination: 'ready' | 'disabled' | 'no-route';
};

export type RecordedAccount = {
  readonly groups: readonly RecordedGroup[];
  readonly connectors: readonly RecordedConnector[];
  /** Oldest first. */
  readonly changes: readonly RecordedChange[];
};

const dayMinutes = dayMs / minuteMs;

/** By day, counted from 1970, a number for each minute. */
type Days = Map<number, Float64Array>;

/** The values of one metric, a block of numbers for each day that has any: a fortnight of objects would fill the memory. */
export class Series {
  readonly days: Days;

  constructor(days: Days = new Map()) {
    this.days = days;
  }

  set(at: EpochMs, value: number): void {
    const minute = Math.floor(at / minuteMs);
    const day = Math.floor(minute / dayMinutes);
    let block = this.days.get(day);
    if (block === undefined) {
      // Threads that replay the same history share its memory.
      block = new Float64Array(new SharedArrayBuffer(dayMinutes * Float64Array.BYTES_PER_ELEMENT)).fill(Number.NaN);
      this.days.set(day, block);
    }
    block[minute % dayMinutes] = value;
  }

  at(at: EpochMs): number | undefined {
    const minute = Math.floor(at / minuteMs);
    const value = this.days.get(Math.floor(minute / dayMinutes))?.[minute % dayMinutes];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }
}

/** `minute`: a datapoint of 60 s. `half-hour`: the sum of 30 minutes, of a time that is only compared with. */
export type Resolution = 'minute' | 'half-hour';

/** A history as it is sent to another thread: without methods, and with the same memory for its values. */
export type SharedHistory = {
  readonly account: RecordedAccount;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly halfHoursFrom: EpochMs | undefined;
  readonly series: readonly {
    readonly resolution: Resolution;
    readonly voiceConnectorId: string;
    readonly metric: MetricName;
    readonly days: Days;
  }[];
};

export class History {
  readonly account: RecordedAccount;
  readonly #series: Readonly<Record<Resolution, Map<string, Map<MetricName, Series>>>> = {
    minute: new Map(),
    'half-hour': new Map(),
  };
  #from = Infinity;
  #until = -Infinity;
  #halfHoursFrom: EpochMs | undefined;

  constructor(account: RecordedAccount) {
    this.account = account;
  }

  static fromShared({ account, from, until, halfHoursFrom, series }: SharedHistory): History {
    const history = new History(account);
    for (const { resolution, voiceConnectorId, metric, days } of series) {
      history.#ofConnector(resolution, voiceConnectorId).set(metric, new Series(days));
    }
    history.#from = from;
    history.#until = until;
    history.#halfHoursFrom = halfHoursFrom;
    return history;
  }

  toShared(): SharedHistory {
    const resolutions: readonly Resolution[] = ['minute', 'half-hour'];
    const series = resolutions.flatMap((resolution) =>
      [...this.#series[resolution]].flatMap(([voiceConnectorId, own]) =>
        [...own].map(([metric, { days }]) => ({ resolution, voiceConnectorId, metric, days })),
      ),
    );
    const { account, from, until, halfHoursFrom } = this;
    return { account, from, until, halfHoursFrom, series };
  }

  /** The first minute with a datapoint of 60 s. */
  get from(): EpochMs {
    return this.#from;
  }

  /** The end (exclusive) of the last minute with a datapoint of 60 s. */
  get until(): EpochMs {
    return this.#until;
  }

  /** The first half hour, if there are any. */
  get halfHoursFrom(): EpochMs | undefined {
    return this.#halfHoursFrom;
  }

  /** @param at the start of a minute, or of a half hour of the clock */
  set(resolution: Resolution, voiceConnectorId: string, metric: MetricName, at: EpochMs, value: number): void {
    const own = this.#ofConnector(resolution, voiceConnectorId);
    const series = own.get(metric) ?? new Series();
    series.set(at, value);
    own.set(metric, series);
    if (resolution === 'half-hour') {
      this.#halfHoursFrom = Math.min(this.#halfHoursFrom ?? Infinity, at);
      return;
    }
    this.#from = Math.min(this.#from, at);
    this.#until = Math.max(this.#until, at + minuteMs);
  }

  /** Undefined where CloudWatch has no datapoint. */
  value(resolution: Resolution, voiceConnectorId: string, metric: MetricName, at: EpochMs): number | undefined {
    return this.#series[resolution].get(voiceConnectorId)?.get(metric)?.at(at);
  }

  #ofConnector(resolution: Resolution, voiceConnectorId: string): Map<MetricName, Series> {
    const own = this.#series[resolution].get(voiceConnectorId) ?? new Map<MetricName, Series>();
    this.#series[resolution].set(voiceConnectorId, own);
    return own;
  }
}
