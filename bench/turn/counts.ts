/** What a run asks AWS for while nothing has to be moved. CloudWatch bills for each metric requested. */
import { steadyLines, type Lines } from './lines.ts';
import type { Finding, Progress } from './findings.ts';
import type { Options } from './options.ts';
import { countOf } from './requests.ts';
import { Stage } from './stage.ts';
import { minuteMs } from '../../lib/core/model/time.ts';

/** Four hours, because suspects are asked for them. */
const suspectMinutes = 255;

export async function requestCounts(
  { scale, seed }: Options,
  packageFolder: string,
  progress: Progress,
): Promise<Finding> {
  const { countedGroups: groups, countedRuns: runs } = scale;
  const rows = [];
  for (const { name, failureRatioOf } of kinds(groups)) {
    const lines: Lines = {
      ...steadyLines(groups, seed),
      failureRatioOf,
      minutes: suspectMinutes,
      futureMinutes: runs + 1,
    };
    rows.push({ name, ...(await countRuns(lines, runs, packageFolder)) });
    progress(`counts: ${name}`);
  }
  return {
    title: 'Requests of a run',
    meaning: `Means of ${runs} runs, a minute apart, over ${groups} groups of three Voice Connectors. CloudWatch bills for each metric requested.`,
    head: ['lines', 'metrics a group and run', 'requests a run', 'by operation'],
    rows: rows.map(({ name, metricsPerGroup, requests, byOperation }) => [
      name,
      metricsPerGroup.toFixed(1),
      requests.toFixed(1),
      Object.entries(byOperation)
        .map(([operation, count]) => `${operation} ${count.toFixed(1)}`)
        .join(', '),
    ]),
    data: rows,
  };
}

function kinds(groups: number): readonly (Pick<Lines, 'failureRatioOf'> & { readonly name: string })[] {
  return [
    { name: 'steady, 1 % fail', failureRatioOf: () => 0.01 },
    { name: 'steady, 5 to 10 % fail', failureRatioOf: (group) => 0.05 + (0.05 * group) / Math.max(1, groups - 1) },
  ];
}

async function countRuns(lines: Lines, runs: number, packageFolder: string) {
  const stage = await Stage.set({ lines, packageFolder });
  try {
    // The first run of a process reads what later runs of it may remember.
    await stage.run();
    const requests = [];
    for (let run = 0; run < runs; run += 1) {
      stage.clock.jumpTo(stage.startsAt + (run + 1) * minuteMs);
      requests.push(...(await stage.run()).requests);
    }
    const { metrics, byOperation } = countOf(requests);
    return {
      metricsPerGroup: metrics / runs / lines.groups,
      requests: requests.length / runs,
      byOperation: Object.fromEntries(Object.entries(byOperation).map(([name, count]) => [name, count / runs])),
    };
  } finally {
    await stage.close();
  }
}
