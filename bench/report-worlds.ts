/** False moves and false verdicts in the healthy worlds that are not steady. */
import { descriptions, healthySpecs } from './contender-spec.ts';
import type { Findings } from './findings.ts';
import type { HealthyResult } from './healthy.ts';
import type { HealthyWorld } from './healthy-world.ts';
import { heldOutWorlds, trainingWorlds } from './healthy-worlds.ts';
import { rate, table } from './markdown.ts';
import { falseMoveRate, falseVerdictRate } from './tally.ts';

type Ran = { readonly world: HealthyWorld; readonly results: readonly HealthyResult[] };

const head = [
  'world',
  'first calls a minute',
  'group-days',
  'false moves',
  'false verdicts',
  'false moves with `failback: auto`',
  'GLR',
  '3 of 5',
  'promise',
];

export function worldsSection(findings: Findings): string {
  const training = ranOf(trainingWorlds, findings);
  const heldOut = ranOf(heldOutWorlds, findings);
  return [
    '## Healthy worlds that are not steady',
    'False moves and false verdicts a group-year with the 95 % interval. A false verdict is a verdict `unhealthy` that begins, whether or not a move follows. Promise: the upper end for the false moves of this project; in the walks it is higher because a ratio that changes at random within an hour differs from a fault only afterwards; where a machine gets 503 it is one move each time, because counts alone do not tell it from a fault.',
    ...setSection('Training: a judge may be tuned in these', training),
    ...setSection('Held out: other hours, ratios and volumes', heldOut),
    '### Every contender in these worlds',
    contendersTable([training, heldOut]),
    'Together, in the worlds with a promise of 1. The peers run one eighth of the days.',
  ].join('\n\n');
}

function ranOf(worlds: readonly HealthyWorld[], { worlds: results }: Findings): readonly Ran[] {
  return worlds
    .map((world) => ({ world, results: results.filter((result) => result.world === world.name) }))
    .filter((ran) => ran.results.length > 0);
}

function setSection(title: string, ran: readonly Ran[]): readonly string[] {
  if (ran.length === 0) return [];
  const promised = ran.filter(({ world }) => world.promisedPerYear === 1);
  const kept = ran.filter(isKept).length;
  const all = promised.flatMap(({ results }) => results);
  const moves = rate(falseMoveRate(all, 'ours'));
  const verdicts = rate(falseVerdictRate(all, 'ours'));
  return [
    `### ${title}`,
    table(head, ran.map(row)),
    `The promise is kept in ${kept} of ${ran.length} worlds. Together, those with a promise of 1 have ${moves} false moves and ${verdicts} false verdicts a group-year.`,
    ran.map(({ world }) => `- ${world.name}: ${world.description}`).join('\n'),
  ];
}

/** Every contender, in the worlds with a promise of 1 a group-year together. */
function contendersTable(sets: readonly (readonly Ran[])[]): string {
  const together = sets.map((ran) =>
    ran.filter(({ world }) => world.promisedPerYear === 1).flatMap(({ results }) => results),
  );
  const rows = healthySpecs.map(({ kind }) => [
    descriptions[kind].name,
    ...together.map((results) => rate(falseMoveRate(results, kind))),
  ]);
  return table(['contender', 'false moves, training', 'held out'], rows);
}

function row({ world, results }: Ran): readonly string[] {
  const { callsPerMinute } = world.traffic;
  return [
    world.name,
    String(callsPerMinute),
    String(results.reduce((sum, { days }) => sum + days, 0)),
    rate(falseMoveRate(results, 'ours')),
    rate(falseVerdictRate(results, 'ours')),
    rate(falseMoveRate(results, 'ours-failback')),
    rate(falseMoveRate(results, 'glr')),
    rate(falseMoveRate(results, 'three-of-five')),
    promise({ world, results }),
  ];
}

function promise(ran: Ran): string {
  const { promisedPerYear } = ran.world;
  const text = promisedPerYear === undefined ? `1 each time, at most ${mostPerOccasion(ran)}` : String(promisedPerYear);
  return `${text} (${isKept(ran) ? 'kept' : '**missed**'})`;
}

function isKept(ran: Ran): boolean {
  const { promisedPerYear } = ran.world;
  if (promisedPerYear === undefined) return mostPerOccasion(ran) <= 1;
  return falseMoveRate(ran.results, 'ours').upper <= promisedPerYear;
}

function mostPerOccasion({ results }: Ran): number {
  return Math.max(...results.map(({ mostPerOccasion: most }) => most['ours'] ?? 0));
}
