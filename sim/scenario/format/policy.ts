/** A scenario may write the settings of `tuning` beside the others, as scenarios did before policy.yml had that level. */
import { tuningFields } from '../../../lib/input/policy-fields.ts';
import { isRecord, type RawSettings } from '../../../lib/input/policy-rules.ts';

function nested(settings: unknown): unknown {
  if (!isRecord(settings)) return settings;
  const entries = Object.entries(settings);
  const flat = entries.filter(([name]) => name in tuningFields);
  if (flat.length === 0) return settings;
  const { tuning = {} } = settings;
  if (!isRecord(tuning)) return settings;
  const main = Object.fromEntries(entries.filter(([name]) => !(name in tuningFields)));
  return { ...main, tuning: { ...Object.fromEntries(flat), ...tuning } };
}

/** The policy with its tuning settings where policy.yml has them. */
export function withTuning(policy: RawSettings): Record<string, unknown> {
  const { defaults, groups } = policy;
  return {
    ...policy,
    ...('defaults' in policy ? { defaults: nested(defaults) } : {}),
    ...('groups' in policy ? { groups: Array.isArray(groups) ? groups.map(nested) : groups } : {}),
  };
}
