/** npm run bench:start: what the functions weigh, and their cold starts compared with that of a bare handler. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { count, table } from '../markdown.ts';
import { quantile } from '../statistics.ts';
import { bareFunction, packagedFunctions, type Bundle } from './packages.ts';
import { startsOf, type Start } from './starts.ts';

type Spread = { readonly median: number; readonly lower: number; readonly upper: number };

type Row = Pick<Bundle, 'name' | 'bundleBytes' | 'zipBytes'> & { readonly [Time in keyof Start]: Spread } & {
  /** To the first answer of AWS, by the bare handler's. */
  readonly ratio: number;
  readonly cpuRatio: number;
};

function spreadOf(values: readonly number[]): Spread {
  const at = (share: number): number => Math.round(quantile(values, share) * 10) / 10;
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) };
}

function rowsOf(bundles: readonly Bundle[], starts: ReadonlyMap<string, readonly Start[]>): readonly Row[] {
  const timesOf = (name: string, time: keyof Start): Spread =>
    spreadOf((starts.get(name) ?? []).map((start) => start[time]));
  const ratioTo = (name: string, time: keyof Start): number =>
    Math.round((100 * timesOf(name, time).median) / timesOf('bare', time).median) / 100;
  return bundles.map(({ name, bundleBytes, zipBytes }) => ({
    name,
    bundleBytes,
    ...(zipBytes === undefined ? {} : { zipBytes }),
    loadedMs: timesOf(name, 'loadedMs'),
    sentMs: timesOf(name, 'sentMs'),
    answeredMs: timesOf(name, 'answeredMs'),
    cpuMs: timesOf(name, 'cpuMs'),
    ratio: ratioTo(name, 'answeredMs'),
    cpuRatio: ratioTo(name, 'cpuMs'),
  }));
}

function reportOf(rows: readonly Row[], runs: number): string {
  const spread = ({ median, lower, upper }: Spread): string => `${median} (${lower} to ${upper})`;
  const head = ['function', 'zip, bytes', 'bundle, bytes', 'loaded, ms', 'answered, ms', '÷ bare', 'CPU, ms', '÷ bare'];
  const cells = rows.map((row) => [
    row.name,
    row.zipBytes === undefined ? '' : count(row.zipBytes),
    count(row.bundleBytes),
    spread(row.loadedMs),
    spread(row.answeredMs),
    row.ratio.toFixed(2),
    spread(row.cpuMs),
    row.cpuRatio.toFixed(2),
  ]);
  return `# Cold starts

\`npm run bench:start\`: medians of ${runs} fresh processes each, in turn, with the first and the third quartile. A start is from loading the bundle
until the local AWS answered the first call; the process itself starts before it. \`bare\` is one call of the same SDK, bundled as the functions are;
\`bare, as usual\` is the same without what serverless.yml leaves out of the SDK. The times are those of one machine: compare the ratios.

${table(head, cells)}
`;
}

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '25' }, out: { type: 'string', default: 'bench/results' } },
});
const runs = Number(values.runs);
const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
try {
  const packaged = packagedFunctions(folder);
  const bare = [await bareFunction(folder, 'bare', false), await bareFunction(folder, 'bare, as usual', true)];
  const bundles = [...bare, ...packaged];
  const rows = rowsOf(bundles, await startsOf(bundles, folder, runs));
  const report = reportOf(rows, runs);
  writeFileSync(join(values.out, 'start.md'), await format(report, { parser: 'markdown' }));
  writeFileSync(join(values.out, 'start.json'), `${JSON.stringify({ runs, rows }, null, 2)}\n`);
  console.log(report);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
