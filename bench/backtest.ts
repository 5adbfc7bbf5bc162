/** How much processor time and memory a backtest takes: `npm run bench:backtest -- 14`. */
import { enforced } from '../backtest/backtest.ts';
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
const before = process.cpuUsage();
const { moves } = await replay(history, enforced(parsePolicy('version: 1', 'the defaults')), { from, until });
const { user, system } = process.cpuUsage(before);
const runs = (until - from) / minuteMs;
const seconds = (user + system) / 1e6;
const memoryMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  `${runs} runs of ${history.account.connectors.length} Voice Connectors: ${Math.round(runs / seconds)} runs in a second of processor time (${seconds.toFixed(1)} s), ${memoryMegabytes} MB at most`,
);
for (const { at, kind, leaving, promoting } of moves) {
  console.log(`${new Date(at).toISOString()} ${kind} from ${leaving} to ${promoting}`);
}
