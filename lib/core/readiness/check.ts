/** Readiness: can a group fail over right now? The results of a check, and how they are combined. Pure. */
import type { ReadinessCheck } from '../model/codes.ts';

/** From best to worst. A group that fails would not be moved, or not as its policy says. */
export const readinessLevels = ['pass', 'warn', 'fail'] as const;
export type ReadinessLevel = (typeof readinessLevels)[number];

/** `sentence` prints the numbers that were compared, `fix` names the action that a person must take. */
export type Finding =
  | { readonly check: ReadinessCheck; readonly level: 'pass'; readonly sentence: string }
  | {
      readonly check: ReadinessCheck;
      readonly level: 'warn' | 'fail';
      readonly sentence: string;
      readonly fix: string;
    };

/** What no check can prove. It is not a pass, which would be false, nor a warning, which would never end. */
type Unproven = { readonly check: ReadinessCheck; readonly level: 'unproven'; readonly sentence: string };

export type CheckResult = Finding | Unproven;

export type Readiness = {
  /** The worst of the findings. */
  readonly outcome: ReadinessLevel;
  readonly findings: readonly Finding[];
  readonly unproven: readonly Omit<Unproven, 'level'>[];
};

/** The constructors of one check's results. */
export function checkOf(check: ReadinessCheck) {
  return {
    pass: (sentence: string): Finding => ({ check, level: 'pass', sentence }),
    warn: (sentence: string, fix: string): Finding => ({ check, level: 'warn', sentence, fix }),
    fail: (sentence: string, fix: string): Finding => ({ check, level: 'fail', sentence, fix }),
    unproven: (sentence: string): Unproven => ({ check, level: 'unproven', sentence }),
    /** Merges the results for several members into one finding; members that pass are left out where others do not. */
    merge: (results: readonly CheckResult[]): readonly CheckResult[] => merge(check, results),
  };
}

export function worst(levels: readonly ReadinessLevel[]): ReadinessLevel {
  return readinessLevels.findLast((level) => levels.includes(level)) ?? 'pass';
}

export function readinessOf(results: readonly CheckResult[]): Readiness {
  const findings = results.flatMap((result) => (result.level === 'unproven' ? [] : [result]));
  return {
    outcome: worst(findings.map(({ level }) => level)),
    findings,
    unproven: results.flatMap(({ check, level, sentence }) => (level === 'unproven' ? [{ check, sentence }] : [])),
  };
}

function merge(check: ReadinessCheck, results: readonly CheckResult[]): readonly CheckResult[] {
  const { outcome, findings, unproven } = readinessOf(results);
  const notPassed = findings.flatMap((finding) => (finding.level === 'pass' ? [] : [finding]));
  const sentences = (of: readonly { readonly sentence: string }[]) => of.map(({ sentence }) => sentence).join('; ');
  const unprovenResult = unproven.length === 0 ? [] : [checkOf(check).unproven(sentences(unproven))];
  if (outcome !== 'pass') {
    const fix = [...new Set(notPassed.map((finding) => finding.fix))].join('; ');
    return [{ check, level: outcome, sentence: sentences(notPassed), fix }, ...unprovenResult];
  }
  return findings.length === 0 ? unprovenResult : [checkOf(check).pass(sentences(findings)), ...unprovenResult];
}

/** The number of failing checks compared with the previous run of preflight. */
export const readinessChanges = ['none', 'began', 'changed', 'lasts', 'ended'] as const;
export type ReadinessChange = (typeof readinessChanges)[number];

/** @param before undefined where the previous run is unreadable: a second alert is better than none */
export function readinessChange(before: number | undefined, now: number): ReadinessChange {
  if (now === 0) return before === undefined || before === 0 ? 'none' : 'ended';
  if (before === undefined || before === 0) return 'began';
  return before === now ? 'lasts' : 'changed';
}
