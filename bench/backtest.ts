/** How much time and memory a backtest takes, with one thread for each processor or so many: `npm run bench:backtest -- 14 1`. */
import { enforced, threadsFor } from '../backtest/backtest.ts';
import { replay } from '../backtest/replay.ts';
import { parsePolicy } from '../infra/policy-text.ts';
import { minuteMs } from '../lib/core/model/time.ts';
import { connectorOf, generatedHistory } from './generated-history.ts';
import { minutesPerDay } from './worlds.ts';

const daysText = process.argv[2] ?? '14';
const days = Number(daysText);
if (!Number.isSafeInteger(days) || days < 2 || days > 60) {
  console.error(`Expected a whole number of days from 2 to 60, got ${daysText}`);
  process.exit(2);
}

const faultDays = { connector: 1, region: Math.min(6, days - 1) };
const history = generatedHistory({
  seed: 5,
  groups: 3,
  days,
  daysBefore: 14,
  faults: [
    fault(faultDays.connector, 600, 90, { voiceConnectorId: connectorOf(0, 0) }, 0.3),
    fault(faultDays.connector, 1000, 30, { voiceConnectorId: connectorOf(1, 0) }, 0.6),
    fault(faultDays.region, 900, 90, { region: 'us-east-1' }, 0.2),
  ],
});

function fault(
  day: number,
  minute: number,
  minutes: number,
  where: { readonly voiceConnectorId: string } | { readonly region: string },
  ratio: number,
) {
  const fromMinute = day * minutesPerDay + minute;
  return { fromMinute, untilMinute: fromMinute + minutes, where, what: { kind: 'sip-5xx' as const, ratio } };
}

const { from, until } = history;
const threadsText = process.argv[3] ?? String(threadsFor(history));
const threads = Number(threadsText);
if (!Number.isSafeInteger(threads) || threads < 1 || threads > 64) {
  console.error(`Expected a whole number of threads from 1 to 64, got ${threadsText}`);
  process.exit(2);
}
const startedAt = performance.now();
const before = process.cpuUsage();
const policy = enforced(parsePolicy('version: 1', 'the defaults'));
const { moves } = await replay(history, policy, { from, until, threads });
const { user, system } = process.cpuUsage(before);
const runs = (until - from) / minuteMs;
const seconds = (user + system) / 1e6;
const elapsedSeconds = (performance.now() - startedAt) / 1000;
const memoryMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  `${runs} runs of ${history.account.connectors.length} Voice Connectors on ${threads} ${threads === 1 ? 'thread' : 'threads'}: ${elapsedSeconds.toFixed(1)} s, ${seconds.toFixed(1)} s of processor time (${Math.round(runs / seconds)} runs in a second), ${memoryMegabytes} MB at most`,
);
for (const { at, kind, leaving, promoting } of moves) {
  console.log(`${new Date(at).toISOString()} ${kind} from ${leaving} to ${promoting}`);
}
