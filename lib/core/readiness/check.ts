/** Can a group fail over right now? What a check may find, and how findings add up. Pure. */

/** What is checked. docs/runbook.md has an entry for each. */
export const readinessChecks = [
  // Of the account.
  'control-regions',
  'permissions',
  'writes',
  'clock',
  'policy-entries',
  // Of a group, or of its members.
  'mode',
  'override',
  'distribution',
  'members',
  'priorities',
  'regions',
  'preferred-order',
  'phone-numbers',
  'look-again',
  'own-changes',
  'metrics',
  'metric-names',
  'metric-lag',
  'origination',
  'options-ping',
  'rehearsal',
] as const;
export type ReadinessCheck = (typeof readinessChecks)[number];

/** From well to ill. A group that fails would stay where it is, or would be moved in ignorance of what the policy asks. */
export const readinessLevels = ['pass', 'warn', 'fail'] as const;
export type ReadinessLevel = (typeof readinessLevels)[number];

/** `sentence` prints the numbers that were compared, `fix` says who must do what. */
export type Finding =
  | { readonly check: ReadinessCheck; readonly level: 'pass'; readonly sentence: string }
  | {
      readonly check: ReadinessCheck;
      readonly level: 'warn' | 'fail';
      readonly sentence: string;
      readonly fix: string;
    };

/** What no look can tell: neither a pass, which would be a lie, nor a warning, which would never end. */
export type Unproven = { readonly check: ReadinessCheck; readonly level: 'unproven'; readonly sentence: string };

export type CheckResult = Finding | Unproven;

export type Readiness = {
  /** The worst of the findings. */
  readonly outcome: ReadinessLevel;
  readonly findings: readonly Finding[];
  readonly unproven: readonly Omit<Unproven, 'level'>[];
};

/** Ways to say what one check found. */
export function checkNamed(check: ReadinessCheck) {
  return {
    pass: (sentence: string): Finding => ({ check, level: 'pass', sentence }),
    warn: (sentence: string, fix: string): Finding => ({ check, level: 'warn', sentence, fix }),
    fail: (sentence: string, fix: string): Finding => ({ check, level: 'fail', sentence, fix }),
    unproven: (sentence: string): Unproven => ({ check, level: 'unproven', sentence }),
    /** What it found of each member, as one finding: of those that are not well alone, where there are any. */
    together: (ofMembers: readonly CheckResult[]): readonly CheckResult[] => together(check, ofMembers),
  };
}

export function worst(levels: readonly ReadinessLevel[]): ReadinessLevel {
  return readinessLevels.findLast((level) => levels.includes(level)) ?? 'pass';
}

export function readinessOf(remarks: readonly CheckResult[]): Readiness {
  const findings = remarks.flatMap((remark) => (remark.level === 'unproven' ? [] : [remark]));
  return {
    outcome: worst(findings.map(({ level }) => level)),
    findings,
    unproven: remarks.flatMap(({ check, level, sentence }) => (level === 'unproven' ? [{ check, sentence }] : [])),
  };
}

function together(check: ReadinessCheck, ofMembers: readonly CheckResult[]): readonly CheckResult[] {
  const { outcome, findings, unproven: unknown } = readinessOf(ofMembers);
  const worse = findings.flatMap((finding) => (finding.level === 'pass' ? [] : [finding]));
  const sentences = (of: readonly { readonly sentence: string }[]) => of.map(({ sentence }) => sentence).join('; ');
  const remarks: CheckResult[] = unknown.length === 0 ? [] : [checkNamed(check).unproven(sentences(unknown))];
  if (outcome !== 'pass') {
    const fix = [...new Set(worse.map((finding) => finding.fix))].join('; ');
    return [{ check, level: outcome, sentence: sentences(worse), fix }, ...remarks];
  }
  return findings.length === 0 ? remarks : [checkNamed(check).pass(sentences(findings)), ...remarks];
}

/** How many checks fail, and how many did when it was last looked. */
export const readinessChanges = ['none', 'began', 'changed', 'lasts', 'ended'] as const;
export type ReadinessChange = (typeof readinessChanges)[number];

/** @param before undefined where nobody can tell: then it is better told twice than never */
export function readinessChange(before: number | undefined, now: number): ReadinessChange {
  if (now === 0) return before === undefined || before === 0 ? 'none' : 'ended';
  if (before === undefined || before === 0) return 'began';
  return before === now ? 'lasts' : 'changed';
}
