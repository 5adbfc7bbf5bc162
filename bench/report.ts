/** The findings as Markdown. */
import { curveOf, lostOnCurve, shownRate } from './curve.ts';
import { descriptions, outageSpecs } from './contender-spec.ts';
import { glrBudget } from './contenders.ts';
import { delaysSection, poolingSection } from './report-delays.ts';
import { refusalsSection } from './report-refusals.ts';
import { recoveriesSection } from './report-recoveries.ts';
import { outageKinds, type Outage } from './fault-library.ts';
import type { Findings } from './findings.ts';
import { count, percent, rate, table } from './markdown.ts';
import { defaultBudgetPerGroupYear } from './this-project.ts';
import { levelAt, rateAt, rateIntervalAt, sum, tailOf, type Tail } from './statistics.ts';
import { worldsSection } from './report-worlds.ts';
import {
  byContender,
  falseMoveRate,
  falseVerdictRate,
  minutesToMove,
  pooledPeaks,
  savingsOf,
  scoreOf,
  shareOfSavings,
  type ScoredOutage,
} from './tally.ts';
import { trafficName, trafficTried } from './worlds.ts';

type AllScored = ReadonlyMap<string, readonly ScoredOutage[]>;

export function report(findings: Findings): string {
  const { healthy, worlds, ledgers, refusals, delays, pooling, recoveries } = findings;
  return [
    introduction(findings),
    ...(healthy.length > 0 && ledgers.length > 0 ? outageSections(findings) : []),
    ...(healthy.length > 0 ? [healthySection(findings)] : []),
    ...(worlds.length > 0 ? [worldsSection(findings)] : []),
    ...(delays.length > 0 ? [delaysSection(findings)] : []),
    ...(pooling.length > 0 ? [poolingSection(findings)] : []),
    ...(refusals.length > 0 ? [refusalsSection(findings)] : []),
    ...(recoveries.length > 0 ? [recoveriesSection(findings)] : []),
    ...(ledgers.length > 0 ? [limits] : []),
  ].join('\n\n');
}

function outageSections(findings: Findings): readonly string[] {
  const all = byContender(findings.options.seed, findings.ledgers);
  return [
    '![False moves against calls lost](decisions.svg)',
    scoreboard(findings, all),
    kindsSection(all),
    audioSection(all),
    promisesSection(findings, all),
  ];
}

function introduction(findings: Findings): string {
  const { options } = findings;
  const again = `npm run bench:decisions -- --seed ${options.seed}`;
  const isWhole = options.isFullSize ? '' : ', in part';
  const warning = options.isFullSize ? '' : '\n\n**This is a part of the full size: too small to prove anything.**';
  return `# Decisions: the scoreboard

Written by \`${again}\`${isWhole}. ${sizesOf(findings).join(' ')}
Every contender runs once a minute, receives a minute's metrics one minute after its end, and starts with the connector in us-east-1 on top and the one in us-west-2 as standby.${warning}`;
}

function sizesOf({ healthy, worlds, ledgers, recoveries }: Findings): readonly string[] {
  const days = Math.round(falseMoveRate(healthy, 'ours').years * 365);
  const otherDays = worlds.reduce((sum, result) => sum + result.days, 0);
  const outages = new Set(ledgers.map(({ index }) => index)).size;
  return [
    ...(days > 0 ? [`Steady: ${days} group-days in ${trafficTried.length} worlds.`] : []),
    ...(otherDays > 0 ? [`Other healthy worlds: ${otherDays} group-days.`] : []),
    ...(outages > 0
      ? [`Outages: ${outages}, each with every contender, with the same callers and random numbers.`]
      : []),
    ...(recoveries.length > 0 ? [`Recoveries: ${recoveries.length / 2}, each with a control.`] : []),
  ];
}

function minutes(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1) : 'never';
}

function scoreboard(findings: Findings, all: AllScored): string {
  const rows = outageSpecs.map(({ kind: key }) => {
    const score = scoreOf(all.get(key) ?? []);
    const { median, p95, movedShare } = minutesToMove(all, key);
    const isInHealthyWorlds = findings.healthy.some(({ falseMoves }) => key in falseMoves);
    return [
      descriptions[key].name,
      descriptions[key].guards,
      count(score.failed),
      count(score.poorAudio),
      isInHealthyWorlds ? rate(falseMoveRate(findings.healthy, key)) : byDesign(key, findings),
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
    'guards',
    'calls failed per outage',
    'calls with poor audio',
    'false moves per group-year [95 %]',
    'minutes to move, median',
    'p95',
    'moved',
    'moves per outage',
    'returns to a previous top',
    "share of the oracle's savings",
  ];
  return `## All outages

${table(head, rows)}

Calls failed: because of the fault, redials counted. Minutes to move and *moved*: over the outages in which calls fail, metrics show it and the oracle moves; from the first moment of the fault, so the metric lag and the wait for the next run are included. Savings: failed calls, calls with poor audio and dropped calls together, compared with no monitor. The default budget of this project is ${defaultBudgetPerGroupYear.toPrecision(2)} a group-year; the GLR yardstick has a budget of ${glrBudget}.`;
}

function byDesign(key: string, { calibration }: Findings): string {
  return key === 'limit' ? `${calibration.ratePerYear.toPrecision(2)} (calibrated)` : '0';
}

function kindsSection(all: AllScored): string {
  const keys = outageSpecs.map(({ kind }) => kind).filter((kind) => kind !== 'none' && kind !== 'oracle');
  const rows = outageKinds
    .filter((kind) => kind !== 'hard, rerouted')
    .map((kind) => [kind, ...keys.map((key) => percent(shareOfSavings(all, key, (outage) => outage.kind === kind)))]);
  return `## Share of the oracle's savings by kind of fault

${table(['kind', ...keys.map((key) => descriptions[key].name)], rows)}`;
}

function audioSection(all: AllScored): string {
  const isMedia = ({ kind }: Outage): boolean => kind === 'media';
  const rows = outageSpecs
    .map(({ kind }) => kind)
    .filter((key) => key !== 'none')
    .map((key) => {
      const { calls, audio } = savingsOf(all, key);
      return [
        descriptions[key].name,
        count(calls),
        count(audio),
        percent(audio / calls),
        percent(shareOfSavings(all, key)),
        percent(shareOfSavings(all, key, (outage) => !isMedia(outage))),
        percent(shareOfSavings(all, key, isMedia)),
      ];
    });
  const head = [
    'contender',
    'calls saved per outage',
    'of them with poor audio',
    'share',
    "share of the oracle's savings",
    'without media faults',
    'media faults alone',
  ];
  return `## What part of the savings is audio

${table(head, rows)}

A contender without an audio rule can save calls with poor audio only by chance. Of the peers, AWS's sample alarms, qrouting, Oracle and AudioCodes have such a rule in the product that they stand for.`;
}

const promisedPerYear = 1;

function isInPromise({ size, durationMinutes, traffic, kind }: Outage): boolean {
  return size >= 0.3 && durationMinutes >= 60 && traffic.callsPerMinute >= 10 && kind !== 'metric loss';
}

function promisesSection(findings: Findings, all: AllScored): string {
  const promised = percent(shareOfSavings(all, 'ours', isInPromise));
  const withGlr = percent(shareOfSavings(all, 'glr', isInPromise));
  const withLimit = percent(shareOfSavings(all, 'limit', isInPromise));
  const flapping = (all.get('ours') ?? []).filter(({ outage }) => outage.kind === 'flapping');
  const [withHealthyStandby = [], withUnhealthyStandby = []] = [true, false].map((isHealthy) =>
    flapping.filter(({ outage }) => (outage.standbySize === undefined) === isHealthy),
  );
  const outages = (all.get('ours') ?? []).length;
  const falseInOutages = scoreOf(all.get('ours') ?? []).falseMoves;
  const curve = curveOf(findings);
  const peers = curve.others.filter(({ key }) => key !== 'limit');
  const verdicts = peers.map((peer) => {
    const project = lostOnCurve(curve.ours, shownRate(peer.rate));
    const glr = lostOnCurve(curve.glr, shownRate(peer.rate));
    const side = project <= peer.lost ? 'worse than the curve' : '**better than the curve**';
    return [peer.name, rate(peer.rate), count(peer.lost), count(project), count(glr), side];
  });
  const head = [
    'peer',
    'its false moves per group-year',
    'it loses',
    'this project loses there',
    'GLR loses there',
    "compared with this project's curve",
  ];
  const worst = trafficTried.map((traffic) => falseMoveRate(findings.healthy, 'ours', trafficName(traffic)).upper);
  const quiet = worst.filter((upper) => upper <= promisedPerYear).length;
  return `## Promises

- False moves: in ${quiet} of ${worst.length} healthy worlds this project's interval ends at ${promisedPerYear} a group-year or below; the promise is all of them.
- Faults of 30 % and more that last an hour or more at 10 calls a minute or more, with metrics: this project saves **${promised}** of what the oracle saves (GLR ${withGlr}, limit (g) ${withLimit}); the promise is 90 %.
- Oscillation: ${scoreOf(withHealthyStandby).returns} returns to a previous top in ${withHealthyStandby.length} flapping outages with a healthy standby; the promise is none. In ${withUnhealthyStandby.length} outages whose standby is unhealthy throughout, ${scoreOf(withUnhealthyStandby).returns}: there a connector that fails intermittently is better, once its hold-down is over.
- False moves during the ${outages} outages: ${falseInOutages}.

${table(head, verdicts)}

Calls lost per outage over the ${findings.options.scale.sweptOutages} outages in which the budgets were swept, read from the curves at the peer's own rate of false moves, or at the nearer end of the curve if the peer lies beyond it.`;
}

function healthySection(findings: Findings): string {
  const { healthy, calibration } = findings;
  const rows = trafficTried.map((traffic) => {
    const name = trafficName(traffic);
    const peaks = pooledPeaks(
      healthy
        .filter((result) => trafficName(result.traffic) === name)
        .flatMap(({ yardstickPeaks }) => yardstickPeaks.glr ?? []),
    );
    const tail = tailOf(peaks);
    return [
      name,
      rate(falseMoveRate(healthy, 'ours', name)),
      rate(falseVerdictRate(healthy, 'ours', name)),
      ...['ours-failback', 'glr', 'three-of-five', 'haproxy', 'envoy'].map((key) =>
        rate(falseMoveRate(healthy, key, name)),
      ),
      tail === undefined ? '–' : levelAt(tail, 1).toFixed(1),
      tail === undefined ? '–' : tailRate(tail, Math.log(525_600)),
      (calibration.yardsticks.glr[name] ?? NaN).toFixed(1),
    ];
  });
  const head = [
    'world',
    'this project',
    'its false verdicts',
    'with `failback: auto`',
    'GLR',
    '3 of 5',
    'HAProxy',
    'Envoy',
    'nats for one a year',
    'rate at 13.2 nats / 95 %',
    `nats for ${calibration.ratePerYear.toPrecision(2)} a year`,
  ];
  const streams = [...healthy, ...findings.worlds];
  const audited = sum(streams.map(({ gate }) => gate.audited));
  const failures = sum(streams.map(({ gate }) => gate.failures));
  return `## Steady worlds: false moves per group-year

${table(head, rows)}

The last three columns belong to the GLR yardstick (dispersion 2): an exponential tail fitted to the highest peaks of its statistic, about 55 a year. A false verdict is a verdict \`unhealthy\` that begins, whether or not a guard prevents the move. In healthy worlds this project's judge runs only if the calls of the top show some evidence (three quarters of its threshold, as if calls were independent) against the lowest ratio that it may take for usual. Of the skipped runs ${audited} were made as a check, and ${failures} of them had a verdict \`unhealthy\`.`;
}

function tailRate(tail: Tail, level: number): string {
  const { lower, upper } = rateIntervalAt(tail, level);
  return [rateAt(tail, level), lower, upper].map((value) => value.toPrecision(2)).join(' / ');
}

const limits = `## Limits of these figures

- AWS reroutes each call around a lost connection: no call fails, so no call can be saved, and only calls in progress drop.
- Media faults and missing metrics: (g) uses failed calls only, so it saves nothing there. Without metrics only the oracle can act.
- Short outages with few calls end before any detector can have proof: see the delay of (g), which knows the baseline and the size of the fault.
- At one call a minute a fault of 15 % takes this project up to 1.8 times as long as (g), in three of 60 rows: to a detector that must consider every size, a burst of one caller's redials looks like a small total outage. The GLR is as slow. (g) knows the size.
- A peer without a cooldown is faster in an outage and makes more false moves; the table shows both.
`;
