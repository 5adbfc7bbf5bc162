import { minuteOfDay } from './failure-periods.ts';
import type { FailurePeriodSpec, GroupSpec } from './spec.ts';
import { negative, notARatio, notPositive } from './value-problems.ts';

/** The problems of the settings by which the share of a group's failures varies without a fault. */
export function failureProblems(group: GroupSpec, name: string): readonly string[] {
  const {
    failurePeriods = [],
    failureSwing,
    failureWalk,
    minuteCorrelation: correlation,
    baselineFailureRatio,
  } = group;
  return [
    ...failurePeriods.flatMap((period, index) => periodProblems(period, `${name}: failurePeriods[${index}]`)),
    ...rangeProblems(failureSwing, `${name}: failureSwing`),
    ...notPositive(`${name}: failureSwing.periodMinutes`, failureSwing?.periodMinutes),
    ...rangeProblems(failureWalk, `${name}: failureWalk`),
    ...negative(`${name}: failureWalk.stepPerHour`, failureWalk?.stepPerHour),
    ...(failureWalk === undefined ||
    (baselineFailureRatio >= failureWalk.lowest && baselineFailureRatio <= failureWalk.highest)
      ? []
      : [`${name}: baselineFailureRatio is ${baselineFailureRatio}, where failureWalk cannot start`]),
    ...(failureSwing === undefined || failureWalk === undefined ? [] : [`${name}: both failureSwing and failureWalk`]),
    ...(correlation === undefined || (correlation > 0 && correlation < 1)
      ? []
      : [`${name}: minuteCorrelation is ${correlation}, not more than 0 and less than 1`]),
  ];
}

function periodProblems({ days, from, until, ratio, serverErrorShare }: FailurePeriodSpec, name: string): string[] {
  return [
    ...(days?.length === 0 ? [`${name}: no days`] : []),
    ...notATime(`${name}: from`, from, '24:00'),
    ...notATime(`${name}: until`, until),
    ...(from === until ? [`${name}: begins and ends at ${from}`] : []),
    ...notARatio(`${name}: ratio`, ratio),
    ...notARatio(`${name}: serverErrorShare`, serverErrorShare),
  ];
}

function notATime(name: string, time: string, except?: string): readonly string[] {
  return minuteOfDay(time) === undefined || time === except ? [`${name} is ${time}, not a time such as 12:00`] : [];
}

function rangeProblems(
  range: { readonly lowest: number; readonly highest: number } | undefined,
  name: string,
): readonly string[] {
  if (range === undefined) return [];
  const { lowest, highest } = range;
  return [
    ...notARatio(`${name}.lowest`, lowest),
    ...notARatio(`${name}.highest`, highest),
    ...(lowest < highest ? [] : [`${name}: lowest is ${lowest}, not less than highest, ${highest}`]),
  ];
}
