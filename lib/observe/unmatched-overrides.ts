/** The stored overrides that apply to no group: a mistyped key, or a group that no longer exists. */
import { formatOverride } from '../core/model/format-override.ts';
import { isInForce } from '../input/override.ts';
import { unmatchedOverrides } from '../input/override-keys.ts';
import type { StoredOverride } from '../ports.ts';
import type { AccountObservation } from './observe.ts';

/** Those that would be in force: an expired one is removed. */
export function unmatchedIn({ observation, overrides }: AccountObservation): readonly StoredOverride[] {
  return unmatchedOverrides(overrides.stored, observation.groups).filter(({ override }) =>
    isInForce(override, observation.observedAt),
  );
}

/** `Main-Line (us-east-1): pause by anna, 2 h left: works on the trunk` */
export function formatUnmatched(observed: AccountObservation): readonly string[] {
  return unmatchedIn(observed).map(
    ({ key, region, override }) => `${key} (${region}): ${formatOverride(override, observed.observation.observedAt)}`,
  );
}
