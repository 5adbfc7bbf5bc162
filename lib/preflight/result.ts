/** What a look at readiness answers: shape `readiness-result` version 1, described in docs/events.md. */
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
  /** Whether it could be checked and told, whatever was found. */
  readonly outcome: 'succeeded' | 'failed';
  /** The worst of everything. */
  readonly readiness: ReadinessLevel;
  readonly account: Readiness;
  readonly groups: readonly GroupReadiness[];
  readonly problems: readonly Problem[];
  /** The same for a person, line by line. */
  readonly table: readonly string[];
};

type Checked = { readonly account: Readiness; readonly groups: readonly GroupReadiness[] };

export function worstOf({ account, groups }: Checked): ReadinessLevel {
  return worst([account, ...groups].map(({ outcome }) => outcome));
}

/** What fails and what to do about it, in one text. */
export function summaryOf({ findings }: Readiness): string {
  return findings
    .flatMap((finding) =>
      finding.level === 'fail' ? [`${finding.check}: ${finding.sentence}. To do: ${finding.fix}`] : [],
    )
    .join(' | ');
}

/** As wide as most people's windows. */
const lineWidth = 120;

/** The worst first, then what to do, then what nobody can tell. */
export function readinessTable(checked: Checked): readonly string[] {
  const named: readonly (readonly [string, Readiness])[] = [
    ['(account)', checked.account],
    ...checked.groups.map((group) => [group.name, group] as const),
  ];
  const findings = named.flatMap(([name, readiness]) => readiness.findings.map((finding) => ({ name, finding })));
  const byLevel = readinessLevels
    .toReversed()
    .flatMap((level) => findings.filter(({ finding }) => finding.level === level));
  const fixes = byLevel.flatMap(({ name, finding }) =>
    finding.level === 'pass' ? [] : [[name, finding.check, finding.fix]],
  );
  const unproven = named.flatMap(([name, readiness]) =>
    readiness.unproven.map(({ check, sentence }) => [name, check, sentence]),
  );
  return [
    ...table(
      byLevel.map(({ name, finding }) => [finding.level.toUpperCase(), name, finding.check, finding.sentence]),
      lineWidth,
    ),
    ...chapter('What to do', fixes),
    ...chapter('What no look can tell', unproven),
  ];
}

function chapter(heading: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ['', `${heading}:`, ...table(rows, lineWidth)];
}
