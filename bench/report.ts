/** The findings as Markdown. */
import { curveOf, lostOnCurve, shownRate } from './curve.ts';
import { described, glrBudget, outageKeys } from './contenders.ts';
import { delaysSection, poolingSection } from './report-delays.ts';
import { outageKinds, type Outage } from './fault-library.ts';
import type { Findings } from './findings.ts';
import { count, percent, rate, table } from './markdown.ts';
import { defaultBudgetPerGroupYear } from './this-project.ts';
import { levelAt, rateAt, rateIntervalAt, sum, tailOf, type Tail } from './statistics.ts';
import {
  byContender,
  falseMoveRate,
  minutesToMove,
  pooledPeaks,
  scoreOf,
  shareOfSavings,
  type Scored,
} from './tally.ts';
import { trafficName, trafficTried } from './worlds.ts';

type AllScored = ReadonlyMap<string, readonly Scored[]>;

export function report(findings: Findings): string {
  const all = byContender(findings.options.seed, findings.ledgers);
  return [
    introduction(findings),
    scoreboard(findings, all),
    kindsSection(all),
    promisesSection(findings, all),
    healthySection(findings),
    delaysSection(findings),
    poolingSection(findings),
    limits,
  ].join('\n\n');
}

function introduction({ options, healthy, ledgers }: Findings): string {
  const { years } = falseMoveRate(healthy, 'ours');
  const days = Math.round(years * 365);
  const outages = new Set(ledgers.map(({ index }) => index)).size;
  const again = `npm run bench:decisions -- --seed ${options.seed}`;
  return `# Decisions: the scoreboard

Written by \`${again}\`${options.isWhole ? '' : ', in part'}. Healthy: ${days} group-days in ${trafficTried.length} worlds. Outages: ${outages}, played by every contender with the same callers and the same luck.
Every contender turns once a minute, sees a minute's metrics one minute after its end, and starts with the connector of us-east-1 on top and that of us-west-2 behind it.${
    options.isWhole ? '' : '\n\n**A part of the full size: too small to prove anything.**'
  }

![False moves against calls lost](decisions.svg)`;
}

function minutes(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1) : 'never';
}

function scoreboard(findings: Findings, all: AllScored): string {
  const rows = outageKeys.map((key) => {
    const score = scoreOf(all.get(key) ?? []);
    const { median, p95, movedShare } = minutesToMove(all, key);
    const isRun = findings.healthy.some(({ falseMoves }) => key in falseMoves);
    return [
      described[key]?.name ?? key,
      described[key]?.brakes ?? '',
      count(score.failed),
      count(score.poorAudio),
      isRun ? rate(falseMoveRate(findings.healthy, key)) : byDesign(key, findings),
      minutes(median),
      minutes(p95),
      percent(movedShare),
      score.moves.toFixed(2),
      String(score.returns),
      percent(shareOfSavings(all, key)),
    ];
  });
  const head = [
    'contender',
    'brakes',
    'calls failed per outage',
    'calls with poor audio',
    'false moves per group-year [95 %]',
    'minutes to move, median',
    'p95',
    'moved',
    'moves per outage',
    'returns to a left connector',
    "share of the oracle's savings",
  ];
  return `## All outages

${table(head, rows)}

Calls failed: by the fault, redials counted. Minutes to move and *moved*: over the outages in which calls fail, metrics tell of it and the oracle moves; from the fault's first moment, so the metric lag and the wait for the turn are in it. Savings: failed calls, calls with poor audio and dropped calls together, against no monitor. Our default budget is ${defaultBudgetPerGroupYear.toPrecision(2)} a group-year; the GLR yardstick has one of ${glrBudget}.`;
}

function byDesign(key: string, { calibration }: Findings): string {
  return key === 'limit' ? `${calibration.ratePerYear.toPrecision(2)} (calibrated)` : '0';
}

function kindsSection(all: AllScored): string {
  const shown = outageKeys.filter((key) => key !== 'none' && key !== 'oracle');
  const rows = outageKinds
    .filter((kind) => kind !== 'hard, rerouted')
    .map((kind) => [kind, ...shown.map((key) => percent(shareOfSavings(all, key, (outage) => outage.kind === kind)))]);
  return `## Share of the oracle's savings by kind of fault

${table(['kind', ...shown.map((key) => described[key]?.name ?? key)], rows)}`;
}

const promisedPerYear = 1;

function isPromised({ size, durationMinutes, traffic, kind }: Outage): boolean {
  return size >= 0.3 && durationMinutes >= 60 && traffic.callsPerMinute >= 10 && kind !== 'metric loss';
}

function promisesSection(findings: Findings, all: AllScored): string {
  const promised = percent(shareOfSavings(all, 'ours', isPromised));
  const withGlr = percent(shareOfSavings(all, 'glr', isPromised));
  const withLimit = percent(shareOfSavings(all, 'limit', isPromised));
  const flapping = (all.get('ours') ?? []).filter(({ outage }) => outage.kind === 'flapping');
  const [sound = [], sick = []] = [true, false].map((isSound) =>
    flapping.filter(({ outage }) => (outage.standbySize === undefined) === isSound),
  );
  const outages = (all.get('ours') ?? []).length;
  const falseInOutages = scoreOf(all.get('ours') ?? []).falseMoves;
  const curve = curveOf(findings);
  const peers = curve.others.filter(({ key }) => key !== 'limit');
  const verdicts = peers.map((peer) => {
    const own = lostOnCurve(curve.ours, shownRate(peer.rate));
    const glr = lostOnCurve(curve.glr, shownRate(peer.rate));
    const side = own <= peer.lost ? 'wrong side (we lose fewer)' : '**right side (it loses fewer)**';
    return [peer.name, rate(peer.rate), count(peer.lost), count(own), count(glr), side];
  });
  const head = [
    'peer',
    'its false moves per group-year',
    'it loses',
    'we lose there',
    'GLR loses there',
    'side of our curve',
  ];
  const worst = trafficTried.map((traffic) => falseMoveRate(findings.healthy, 'ours', trafficName(traffic)).upper);
  const quiet = worst.filter((upper) => upper <= promisedPerYear).length;
  return `## What was promised

- False moves: in ${quiet} of ${worst.length} healthy worlds the interval of ours ends at ${promisedPerYear} a group-year or below; promised are all.
- Faults of 30 % and more that last an hour or more at 10 calls a minute or more (metrics being there): ours saves **${promised}** of what the oracle saves (GLR ${withGlr}, limit (g) ${withLimit}); promised are 90 %.
- Oscillation: ${scoreOf(sound).returns} returns to a connector left before, in ${sound.length} flapping outages whose standby is sound; promised is none. In ${sick.length} whose standby is sick all the while ${scoreOf(sick).returns}: then one that fails now and then is the better place, once its hold-down is over.
- False moves during the ${outages} outages: ${falseInOutages}.

${table(head, verdicts)}

Calls lost per outage over the ${findings.options.scale.sweptOutages} outages that the budgets were swept in, read off the curves at the peer's own rate of false moves (at the nearer end where the peer lies beyond it).`;
}

function healthySection(findings: Findings): string {
  const { healthy, calibration } = findings;
  const rows = trafficTried.map((traffic) => {
    const name = trafficName(traffic);
    const peaks = pooledPeaks(
      healthy.filter((result) => trafficName(result.traffic) === name).map(({ glrPeaks }) => glrPeaks),
    );
    const tail = tailOf(peaks);
    return [
      name,
      ...['ours', 'glr', 'three-of-five', 'haproxy', 'envoy'].map((key) => rate(falseMoveRate(healthy, key, name))),
      tail === undefined ? '–' : levelAt(tail, 1).toFixed(1),
      tail === undefined ? '–' : tailRate(tail, Math.log(525_600)),
      (calibration.glr[name] ?? NaN).toFixed(1),
    ];
  });
  const head = [
    'world',
    'ours',
    'GLR',
    '3 of 5',
    'HAProxy',
    'Envoy',
    'nats for one a year',
    'rate at 13.2 nats / 95 %',
    `nats for ${calibration.ratePerYear.toPrecision(2)} a year`,
  ];
  const audited = sum(healthy.map(({ gate }) => gate.audited));
  const failures = sum(healthy.map(({ gate }) => gate.failures));
  return `## Healthy worlds: false moves per group-year

${table(head, rows)}

The last three columns belong to the GLR yardstick (dispersion 2): an exponential tail fitted to the highest peaks of its statistic, about 55 a year. On these streams our judge is asked only where the top's calls show some evidence (three quarters of its threshold, as if calls were independent); of the turns it was spared, ${audited} were put to it all the same, and it would have moved in ${failures}.`;
}

function tailRate(tail: Tail, level: number): string {
  const { lower, upper } = rateIntervalAt(tail, level);
  return [rateAt(tail, level), lower, upper].map((value) => value.toPrecision(2)).join(' / ');
}

const limits = `## Where a figure is out of reach

- A lost connection is rerouted by AWS call by call: nothing fails, nothing can be saved, and only calls in progress drop.
- Media faults and metric loss: (g) watches calls, so that it saves nothing there by construction; nobody can see through missing metrics, the oracle apart.
- Short and thin outages end before anyone can know: see the delay of (g), who is told the baseline and the size of the fault.
- At one call a minute a fault of 15 % takes ours up to 1.8 times as long as (g), three of 60 rows: a burst of one caller's redials looks like a small total outage to whoever must try every size, so that the GLR is as slow. (g) is told the size.
- A peer without a cooldown buys speed in an outage with false moves; the table shows both.
`;
