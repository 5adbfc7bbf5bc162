/** What a report shows, as plain data, whatever it is about: a scenario, a drill, a history. html.ts draws it. */

/** From `from` (inclusive) to `until` (exclusive), in epoch milliseconds. */
export type Span = { readonly from: number; readonly until: number };

export type Stretch<Value> = Span & { readonly value: Value };

export type Fact = { readonly label: string; readonly value: string; readonly note?: string };

export const healths = ['healthy', 'degraded', 'unhealthy', 'unknown', 'not read'] as const;
export type Health = (typeof healths)[number];

/** One way in which things went, or could have gone: with the monitor, without one, with another policy. */
export type Course = {
  readonly name: string;
  /** The Voice Connector that has the calls. */
  readonly primary: readonly Stretch<string>[];
  /** Failed calls, minute by minute from the beginning of the report. */
  readonly failed: readonly number[];
  /** Whether its numbers are assumed after a move that was never made. */
  readonly isAssumed: boolean;
};

export type Move = {
  readonly at: number;
  readonly course: string;
  readonly title: string;
  /** Why, with the numbers that were compared. */
  readonly reason: string;
  /** The result of it, or what it was worth. */
  readonly result: string;
};

export type Occurrence = { readonly at: number; readonly title: string; readonly text: string };

export type Held = Span & { readonly title: string; readonly reason: string; readonly note: string };

export type GroupReport = {
  readonly name: string;
  readonly id: string;
  readonly facts: readonly Fact[];
  /** The one that the report is about, and then those it is compared with. */
  readonly courses: readonly [Course, ...Course[]];
  /** Calls offered, minute by minute from the beginning of the report. */
  readonly offered: readonly number[];
  readonly members: readonly {
    readonly id: string;
    readonly region: string;
    readonly health: readonly Stretch<Health>[];
  }[];
  readonly moves: readonly Move[];
  readonly held: readonly Held[];
  readonly events: readonly Occurrence[];
};

export type Report = Span & {
  readonly title: string;
  readonly subtitle: string;
  readonly facts: readonly Fact[];
  readonly groups: readonly GroupReport[];
  /** What the numbers rest on, or were expected to be. */
  readonly notes: { readonly title: string; readonly texts: readonly string[] };
};
