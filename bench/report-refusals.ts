/** What the faults that answer 4xx cost, and what a contender that does not move for refusals loses. */
import { descriptions, outageSpecs } from './contender-spec.ts';
import { refusalKinds } from './fault-library.ts';
import type { Findings } from './findings.ts';
import { count, percent, table } from './markdown.ts';
import { byContender, movedShare, scoreOf, shareOfSavings } from './tally.ts';

export function refusalsSection({ options, refusals }: Findings): string {
  const all = byContender(options.seed, refusals, 'refusals');
  const rows = outageSpecs.map(({ kind: key }) => [
    descriptions[key].name,
    ...refusalKinds.flatMap((kind) => {
      const scored = (all.get(key) ?? []).filter(({ outage }) => outage.kind === kind);
      const savings = shareOfSavings(all, key, (outage) => outage.kind === kind);
      return [count(scoreOf(scored).lost), percent(movedShare(scored)), percent(savings)];
    }),
  ]);
  const columns = ['calls lost per outage', 'moved', "share of the oracle's savings"];
  const head = ['contender', ...refusalKinds.flatMap((kind) => columns.map((column) => `${kind}: ${column}`))];
  const outages = new Set(refusals.map(({ index }) => index)).size;
  return `## Faults that answer 4xx

${table(head, rows)}

${outages} outages in which home answers 404 to 15, 30 or 60 % of the calls (partial) or to all of them (total), as lost routing does with 403, 404 or 408. The codes are those of wrong numbers and closed lines, so a contender that takes refusals for the callers' own loses these calls by not moving: the difference to the oracle is the price of that caution, and the refusals in the healthy worlds above are what it buys. They are not part of the scoreboard.`;
}
