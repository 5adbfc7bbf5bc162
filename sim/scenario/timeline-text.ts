/** The timeline as text for the transcript: what begins, ends or is done in each minute. */
import type { Scenario } from './format/body.ts';
import type { AwsEntry, FaultEntry, MetricValuesEntry, MonitorEntry, OperatorEntry } from './format/timeline.ts';

type TimelineText = { readonly minute: number; readonly text: string };

export function timelineTextOf(scenario: Scenario): (minute: number) => readonly string[] {
  const { faults, metricValues, aws, operator, monitor } = scenario.timeline;
  const all = [
    ...faults.flatMap((entry) => beginningAndEnd(entry, `${settings(entry.what)} at ${settings(entry.where)}`)),
    ...metricValues.flatMap((entry) => beginningAndEnd(entry, metricValuesText(entry))),
    ...aws.flatMap((entry) => beginningAndEnd(entry, awsText(entry))),
    ...operator.map((entry) => ({ minute: entry.at, text: operatorText(entry) })),
    ...monitor.flatMap(monitorTexts),
  ];
  // An entry between two runs is shown with the later one.
  const byMinute = Map.groupBy(all, ({ minute }) => Math.max(1, Math.ceil(minute)));
  return (minute) => (byMinute.get(minute) ?? []).map(({ text }) => text);
}

function beginningAndEnd(
  { from, until, every }: Pick<FaultEntry | MetricValuesEntry | AwsEntry, 'from' | 'until' | 'every'>,
  what: string,
): readonly TimelineText[] {
  const pulses = every === undefined ? '' : `, on for ${every.forMinutes} of every ${every.minutes} min`;
  return [
    { minute: from, text: `begins: ${what}${pulses}` },
    { minute: until, text: `ends: ${what}` },
  ];
}

/** `sip-5xx, ratio 0.2` */
function settings(value: Readonly<Record<string, unknown>>): string {
  return Object.entries(value)
    .map(([key, each]) => (key === 'kind' ? String(each) : `${key} ${String(each)}`))
    .join(', ');
}

function metricValuesText({ connector, values }: MetricValuesEntry): string {
  const all = Object.entries(values).map(([metricName, value]) =>
    typeof value === 'number' ? `${metricName} ${value}` : `${metricName} (${settings(value)})`,
  );
  return `values by hand at connector ${connector}: ${all.join(', ')}`;
}

function awsText({ service, operation, region, times, effect }: AwsEntry): string {
  if (effect.kind === 'update-shows-late') {
    return `group updates become visible ${effect.seconds === 'never' ? 'never' : `${effect.seconds} s late`}`;
  }
  const target = [service, operation].filter((name) => name !== undefined).join(' ') || 'every API';
  const where = region === undefined ? '' : ` in ${region}`;
  return `${target}${where}: ${settings(effect)}${times === undefined ? '' : `, ${times} times`}`;
}

function operatorText(entry: OperatorEntry): string {
  const upon = !('upon' in entry) || entry.upon === undefined ? '' : `, before the next ${entry.upon} is answered`;
  return `operator ${operatorDoes(entry)}${upon}`;
}

function operatorDoes(entry: OperatorEntry): string {
  switch (entry.does) {
    case 'set-priorities':
      return `sets ${settings(entry.priorities)} in ${entry.group}`;
    case 'rename':
      return `renames ${entry.group} to ${entry.name}`;
    case 'add-member':
      return `adds ${entry.connector} to ${entry.group} with priority ${entry.priority}`;
    case 'remove-member':
      return `removes ${entry.connector} from ${entry.group}`;
    case 'put-override':
      return `puts the override ${entry.key}: ${JSON.stringify(entry.value)}`;
    case 'delete-override':
      return `deletes the override ${entry.key}`;
    case 'command':
      return `invokes operate with ${JSON.stringify(entry.command)}`;
  }
}

function monitorTexts(entry: MonitorEntry): readonly TimelineText[] {
  if (entry.is === 'paused') {
    return [{ minute: entry.at, text: `the next ${entry.upon} suspends the monitor for ${entry.seconds} s` }];
  }
  return beginningAndEnd(entry, `monitor ${entry.is}${entry.is === 'late' ? ` by ${entry.seconds} s` : ''}`);
}
