/** The beginning of a run: observes the account, and makes the rescues that need not wait for a Region that hangs. */
import pMap from 'p-map';
import type { RunContext } from '../context.ts';
import { wholeAccount, type AccountShare } from '../core/model/account-share.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { primaryOf } from '../core/model/priorities.ts';
import type { Trigger } from '../input/trigger.ts';
import { groupsToDecide } from '../observe/observe.ts';
import { takeMonitorSnapshot, type Snapshot } from '../observe/snapshot.ts';
import type { MonitorPorts } from '../write-ports.ts';
import { AccountLimit } from './account-limit.ts';
import { rescueGroup, type HandledGroup } from './handle-group.ts';
import { requireRightClock } from './right-clock.ts';

/** Groups handled at the same time: a run over a thousand groups must neither crawl nor overload the API. */
export const concurrentGroups = 20;

type Rescued = {
  /** By group id. */
  readonly groups: ReadonlyMap<string, HandledGroup>;
  /** Absent where no rescue was tried. */
  readonly limit?: AccountLimit;
};

/**
 * A Region that hangs does not delay the rescues that need nothing from it: they are made before the run waits for it. Then everything is
 * read again.
 */
export async function observeAndRescue(
  context: RunContext,
  { hasty }: Pick<MonitorPorts, 'hasty'>,
  trigger: Trigger,
  share: AccountShare | undefined,
): Promise<{ readonly snapshot: Snapshot; readonly rescued: Rescued }> {
  const { ports, hasGivenUp } = hasty();
  const impatient = { ...context, ports };
  const first = await takeMonitorSnapshot(impatient);
  if (!hasGivenUp()) return { snapshot: first, rescued: { groups: new Map() } };
  // Whether a name is that of one group only is known once every Region has listed its groups.
  if (trigger.kind === 'manual' && trigger.groupId !== undefined) {
    return { snapshot: await takeMonitorSnapshot(context), rescued: { groups: new Map() } };
  }
  requireRightClock(ports, first.observed.problems);
  const due = groupsToDecide(first.observed);
  const limit = new AccountLimit(share ?? wholeAccount(due.length));
  const groups = new Map<string, HandledGroup>();
  const inOrderOfNeed = byNeed(due, first);
  limit.expect(inOrderOfNeed);
  await pMap(
    inOrderOfNeed,
    async (group) => {
      const rescue = await rescueGroup(impatient, first, limit, group);
      if (rescue !== undefined) groups.set(group.voiceConnectorGroupId, rescue);
    },
    { concurrency: concurrentGroups },
  );
  return { snapshot: await takeMonitorSnapshot(context), rescued: { groups, limit } };
}

/** Those that lose the most calls first. */
export function byNeed(
  groups: readonly VoiceConnectorGroup[],
  { now }: Pick<Snapshot, 'now'>,
): readonly VoiceConnectorGroup[] {
  const losses = new Map(
    groups.map((group) => {
      const verdict = now.verdictsOf(group).get(primaryOf(group) ?? '');
      return [group, verdict?.health === 'unhealthy' ? verdict.loss.least : -1] as const;
    }),
  );
  return groups.toSorted((left, right) => (losses.get(right) ?? -1) - (losses.get(left) ?? -1));
}
