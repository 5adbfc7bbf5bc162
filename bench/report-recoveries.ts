/** False verdicts and false moves after the end of a fault. */
import type { Findings } from './findings.ts';
import { interval, table } from './markdown.ts';
import type { Arm, RecoveryLedger } from './recoveries.ts';
import { drawRecovery, recoveryKinds, watchedMinutes, type Recovery } from './recovery-library.ts';
import { binomialInterval, quantile } from './statistics.ts';

/** A recovery, with what happened in each arm. */
export type Recovered = { readonly recovery: Recovery } & Readonly<Record<Arm, RecoveryLedger>>;

export function pairUp(seed: number, ledgers: readonly RecoveryLedger[]): readonly Recovered[] {
  const controls = new Map(ledgers.filter(({ arm }) => arm === 'control').map((ledger) => [ledger.index, ledger]));
  return ledgers.flatMap((fault) => {
    const control = controls.get(fault.index);
    if (fault.arm === 'control' || control === undefined) return [];
    return [{ recovery: drawRecovery(seed, fault.index), fault, control }];
  });
}

const unmoved = 'healed before a move';

/** A fault that healed before the monitor moved cannot be failed back from. */
export function recoveryName({ recovery: { kind }, fault }: Recovered): string {
  const needsMove = kind === 'failed over and back' || kind === 'returned by an operator';
  return needsMove && !fault.returned ? unmoved : kind;
}

const promisedVerdicts = 0.005;
const promisedMoves = 0.002;

function share(count: number, trials: number): string {
  return `${count} (${interval(binomialInterval(count, trials))})`;
}

function countOf(all: readonly RecoveryLedger[]): { readonly verdicts: number; readonly moves: number } {
  return {
    verdicts: all.filter(({ falseVerdict }) => falseVerdict !== undefined).length,
    moves: all.filter(({ falseMoves }) => falseMoves > 0).length,
  };
}

function row(name: string, all: readonly Recovered[]): readonly string[] {
  const counts = [countOf(all.map(({ fault }) => fault)), countOf(all.map(({ control }) => control))];
  const cells = counts.flatMap(({ verdicts, moves }) => [share(verdicts, all.length), share(moves, all.length)]);
  return [name, String(all.length), ...cells];
}

function promise(what: string, count: number, trials: number, promised: number): string {
  const { upper } = binomialInterval(count, trials);
  return `${what}: the upper end is ${(100 * upper).toPrecision(2)} %, the promise ${100 * promised} % (${upper <= promised ? 'kept' : '**missed**'}).`;
}

export function recoveriesSection({ options, recoveries }: Findings): string {
  const all = pairUp(options.seed, recoveries);
  const byName = Map.groupBy(all, recoveryName);
  const names = [...recoveryKinds, unmoved];
  const rows = names.flatMap((name) => {
    const ofName = byName.get(name) ?? [];
    return ofName.length === 0 ? [] : [row(name, ofName)];
  });
  const head = [
    'recovery',
    'number',
    'false verdicts (95 %)',
    'false moves (95 %)',
    'control: false verdicts (95 %)',
    'control: false moves (95 %)',
  ];
  const { verdicts, moves } = countOf(all.map(({ fault }) => fault));
  return `## After a fault

${table(head, [...rows, row('**all**', all)])}

Recoveries with at least one. A fault of 30, 60, 95 or 100 % of the calls lasts 5 to 60 minutes (both dead: 30), and ${watchedMinutes / 60} healthy hours follow. The control has the same callers, pause and operator, without a fault. A false verdict is \`unhealthy\` on a connector without a fault: more than 15 minutes after the end of the fault, or begun after the last minute of the fault was visible; a guard that prevents the move does not excuse it. A false move leaves a connector without a fault more than 15 minutes after the end, or at any time after it when a pause was lifted. A failback is none.

- ${promise('False verdicts', verdicts, all.length, promisedVerdicts)}
- ${promise('False moves', moves, all.length, promisedMoves)}
${timing(all)}`;
}

function timing(all: readonly Recovered[]): string {
  const verdicts = all.flatMap(({ fault }) => fault.falseVerdict ?? []);
  if (verdicts.length === 0) return '';
  const minutes = verdicts.map(({ minutesAfterEnd }) => minutesAfterEnd);
  const lasting = verdicts.filter(({ how }) => how === 'lasts').length;
  return `- The first false verdict comes ${quantile(minutes, 0.1)} to ${quantile(minutes, 0.9)} minutes after the end (10 % and 90 % quantile); ${lasting} began during the fault and lasted, ${verdicts.length - lasting} began after it.\n`;
}

/** Every false verdict and its reason, to find out why. */
export function falseVerdictLines({ options, recoveries }: Findings): readonly string[] {
  return pairUp(options.seed, recoveries).flatMap((recovered) =>
    [recovered.fault, recovered.control].flatMap(({ index, arm, falseVerdict, falseMoves }) => {
      if (falseVerdict === undefined && falseMoves === 0) return [];
      const { connector, minutesAfterEnd, how, reason } = falseVerdict ?? {};
      return [[index, recoveryName(recovered), arm, falseMoves, how, connector, minutesAfterEnd, reason].join('; ')];
    }),
  );
}
