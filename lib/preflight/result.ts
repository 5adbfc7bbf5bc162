/** The result of preflight: shape `readiness-result` version 1, described in docs/events.md. */
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { readinessLevels, worst, type Readiness, type ReadinessLevel } from '../core/readiness/check.ts';
import { table } from '../core/model/table.ts';
import type { Trigger } from '../input/trigger.ts';

export type GroupReadiness = Readiness & Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'name' | 'controlRegion'>;

export type ReadinessResult = {
  readonly shape: 'readiness-result';
  readonly version: 1;
  readonly runId: string;
  readonly trigger: Trigger;
  readonly monitorRegion: string;
  readonly policyHash: string | undefined;
  readonly observedAt: string;
  /** Whether the checks ran and their events were published, whatever they found. */
  readonly outcome: 'succeeded' | 'failed';
  /** The worst level of the account and all groups. */
  readonly readiness: ReadinessLevel;
  readonly account: Readiness;
  readonly groups: readonly GroupReadiness[];
  readonly problems: readonly Problem[];
  /** The same as lines of text for a person. */
  readonly table: readonly string[];
};

type CheckedReadiness = { readonly account: Readiness; readonly groups: readonly GroupReadiness[] };

export function worstOf({ account, groups }: CheckedReadiness): ReadinessLevel {
  return worst([account, ...groups].map(({ outcome }) => outcome));
}

/** Every failing check and its fix as one text. */
export function summaryOf({ findings }: Readiness): string {
  return findings
    .flatMap((finding) =>
      finding.level === 'fail' ? [`${finding.check}: ${finding.sentence}. To do: ${finding.fix}`] : [],
    )
    .join(' | ');
}

/** Fits most terminal windows. */
const lineWidth = 120;

/** The findings, worst first; then their fixes; then what no check can prove. */
export function readinessTable(checked: CheckedReadiness): readonly string[] {
  const rows: readonly (readonly [string, Readiness])[] = [
    ['(account)', checked.account],
    ...checked.groups.map((group) => [group.name, group] as const),
  ];
  const findings = rows.flatMap(([name, readiness]) => readiness.findings.map((finding) => ({ name, finding })));
  const byLevel = readinessLevels
    .toReversed()
    .flatMap((level) => findings.filter(({ finding }) => finding.level === level));
  const fixes = byLevel.flatMap(({ name, finding }) =>
    finding.level === 'pass' ? [] : [[name, finding.check, finding.fix]],
  );
  const unproven = rows.flatMap(([name, readiness]) =>
    readiness.unproven.map(({ check, sentence }) => [name, check, sentence]),
  );
  return [
    ...table(
      byLevel.map(({ name, finding }) => [finding.level.toUpperCase(), name, finding.check, finding.sentence]),
      lineWidth,
    ),
    ...section('What to do', fixes),
    ...section('What no check can prove', unproven),
  ];
}

function section(heading: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ['', `${heading}:`, ...table(rows, lineWidth)];
}
