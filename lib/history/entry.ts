/** One line of a history. */
export type Entry = {
  /** In epoch milliseconds. */
  readonly at: number;
  /** The name of the group; empty for what concerns all of them. */
  readonly group: string;
  readonly what:
    | 'first bad minute'
    | 'proof'
    | 'recovered'
    | 'fault not seen'
    | 'intended'
    | 'write'
    | 'verified'
    | 'green'
    | 'back'
    | 'not moved'
    | 'hold'
    | 'impact'
    | 'override'
    | 'command'
    | 'drill'
    | 'run failed';
  readonly text: string;
};
