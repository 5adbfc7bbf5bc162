/** The part of the account that one run decides: all of it, or a shard. */
export type AccountShare = {
  /** Groups of the account. */
  readonly groups: number;
  /** Groups of the shards before this one. The shards of a listing follow each other without a gap. */
  readonly before: number;
  /** Groups of this shard. */
  readonly own: number;
  /** The minute of the listing since 1970: every shard of a listing rounds alike, and in each minute another one rounds up. */
  readonly minute: number;
};

/** For a run that decides every group. */
export function wholeAccount(groups: number): AccountShare {
  return { groups, before: 0, own: groups, minute: 0 };
}

/** Its multiples, without their whole part, spread evenly over 0 to 1. */
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/** How much of a whole amount falls to the share. Over all shards of a listing the parts add up to the amount. */
export function partOf(amount: number, { groups, before, own, minute }: AccountShare): number {
  if (groups === 0) return amount;
  const offset = Math.floor(((minute * goldenRatio) % 1) * groups);
  const upTo = (count: number): number => Math.floor((amount * count + offset) / groups);
  return upTo(before + own) - upTo(before);
}
