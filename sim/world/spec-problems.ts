import { failureProblems } from './failure-problems.ts';
import { metricNames } from './measurements.ts';
import type { FaultKind, FaultSpec, GroupSpec, MetricValuesSpec, Period, Place, WorldSpec } from './spec.ts';
import { negative, notARatio, notPositive, notWhole } from './value-problems.ts';

/** Every problem of a spec as text; empty if the spec is valid. */
export function worldSpecProblems(spec: WorldSpec): readonly string[] {
  return [
    ...timeProblems(spec),
    ...repeated(
      'connector',
      spec.connectors.map(({ voiceConnectorId }) => voiceConnectorId),
    ),
    ...repeated(
      'group',
      spec.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId),
    ),
    ...spec.groups.flatMap(groupProblems),
    ...spec.connectors.flatMap((connector) => {
      const name = `connector ${connector.voiceConnectorId}`;
      return [
        ...negative(`${name}: outboundCallsPerMinute`, connector.outboundCallsPerMinute),
        ...notARatio(`${name}: outboundFailureRatio`, connector.outboundFailureRatio),
        ...notPositive(`${name}: optionsPing.everySeconds`, connector.optionsPing?.everySeconds),
      ];
    }),
    ...(spec.faults ?? []).flatMap((fault, index) => faultProblems(spec, fault, `faults[${index}]`)),
    ...(spec.metricValues ?? []).flatMap((entry, index) => valuesProblems(spec, entry, `metricValues[${index}]`)),
    ...(spec.controlPlane ?? []).flatMap((fault, index) => periodProblems(fault, `controlPlane[${index}]`)),
    ...negative('metrics.lagSeconds', spec.metrics?.lagSeconds),
    ...notWhole('metrics.failuresLateMinutes', spec.metrics?.failuresLateMinutes),
  ];
}

function timeProblems({ seed, startsAt }: WorldSpec): readonly string[] {
  const problems: string[] = [];
  if (!Number.isSafeInteger(seed)) problems.push(`seed ${seed} is not an integer`);
  if (!Number.isInteger(startsAt / 60_000)) problems.push(`startsAt ${startsAt} is not the start of a minute`);
  return problems;
}

function groupProblems(group: GroupSpec): readonly string[] {
  const name = `group ${group.voiceConnectorGroupId}`;
  const { shape, redials } = group;
  return [
    ...negative(`${name}: callsPerMinute`, group.callsPerMinute),
    ...notPositive(`${name}: meanCallMinutes`, group.meanCallMinutes),
    ...notARatio(`${name}: baselineFailureRatio`, group.baselineFailureRatio),
    ...notARatio(`${name}: baselineServerErrorShare`, group.baselineServerErrorShare),
    ...notARatio(`${name}: shape.quietestFactor`, shape?.quietestFactor),
    ...negative(`${name}: shape.weekendFactor`, shape?.weekendFactor),
    ...notARatio(`${name}: redials.probability`, redials?.probability),
    ...notARatio(`${name}: redials.failureRatio`, redials?.failureRatio),
    ...notPositive(`${name}: redials.withinSeconds`, redials?.withinSeconds),
    ...(group.spikes ?? []).flatMap((spike, index) => [
      ...periodProblems(spike, `${name}: spikes[${index}]`),
      ...negative(`${name}: spikes[${index}].factor`, spike.factor),
    ]),
    ...failureProblems(group, name),
    ...(group.machines ?? []).flatMap((machine, index) => [
      ...periodProblems(machine, `${name}: machines[${index}]`),
      ...notPositive(`${name}: machines[${index}].everySeconds`, machine.everySeconds),
    ]),
  ];
}

export function faultProblems(
  spec: Pick<WorldSpec, 'connectors' | 'groups'>,
  fault: FaultSpec,
  name: string,
): readonly string[] {
  return [...periodProblems(fault, name), ...placeProblems(spec, fault.where, name), ...kindProblems(fault.what, name)];
}

function periodProblems({ fromMinute, untilMinute, every }: Period, name: string): readonly string[] {
  const problems: string[] = [];
  if (!(fromMinute < untilMinute))
    problems.push(`${name}: ends at ${untilMinute}, not after it begins at ${fromMinute}`);
  if (every !== undefined && !(every.forMinutes > 0 && every.forMinutes <= every.minutes)) {
    problems.push(`${name}: pulses of ${every.forMinutes} minutes do not fit into every ${every.minutes}`);
  }
  return problems;
}

/** A fault at an unknown place would silently have no effect. */
function placeProblems(
  { connectors, groups }: Pick<WorldSpec, 'connectors' | 'groups'>,
  where: Place,
  name: string,
): readonly string[] {
  if ('region' in where) {
    return connectors.some(({ region }) => region === where.region) ? [] : [`${name}: nothing is in ${where.region}`];
  }
  if ('voiceConnectorId' in where) {
    const id = where.voiceConnectorId;
    return connectors.some(({ voiceConnectorId }) => voiceConnectorId === id) ? [] : [`${name}: no connector ${id}`];
  }
  const id = where.voiceConnectorGroupId;
  return groups.some(({ voiceConnectorGroupId }) => voiceConnectorGroupId === id) ? [] : [`${name}: no group ${id}`];
}

function valuesProblems(spec: WorldSpec, entry: MetricValuesSpec, name: string): readonly string[] {
  const { voiceConnectorId, values } = entry;
  return [
    ...periodProblems(entry, name),
    ...placeProblems(spec, { voiceConnectorId }, name),
    ...Object.keys(values)
      .filter((metricName) => !metricNames.includes(metricName))
      .map((metricName) => `${name}: no metric ${metricName}`),
  ];
}

function kindProblems(what: FaultKind, name: string): readonly string[] {
  switch (what.kind) {
    case 'sip-5xx':
    case 'busy':
    case 'first-route-down':
    case 'one-way-audio':
      return [
        ...notARatio(`${name}: ratio`, what.ratio),
        ...notPositive(`${name}: growsOverMinutes`, what.growsOverMinutes),
      ];
    case 'bad-audio':
      return [
        ...(what.mos >= 1 && what.mos <= 4.4 ? [] : [`${name}: a MOS of ${what.mos} is not between 1.0 and 4.4`]),
        ...negative(`${name}: rttMicroseconds`, what.rttMicroseconds),
        ...negative(`${name}: jitterMicroseconds`, what.jitterMicroseconds),
        ...notARatio(`${name}: lossRatio`, what.lossRatio),
      ];
    case 'throttles':
      return negative(`${name}: callsPerMinuteLimit`, what.callsPerMinuteLimit);
    case 'metrics-late':
      return negative(`${name}: minutes`, what.minutes);
    case 'connectivity-loss':
    case 'metrics-missing':
      return [];
  }
}

function repeated(what: string, ids: readonly string[]): readonly string[] {
  return ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `${what} ${id} is there twice`);
}
