import { describe, expect, it } from 'vitest';
import { runRecoveries, simulateRecovery } from '../../bench/recoveries.ts';
import { drawRecovery, recoveryKinds, type Recovery } from '../../bench/recovery-library.ts';
import { trafficTried } from '../../bench/worlds.ts';

const drawn = Array.from({ length: 300 }, (_, index) => drawRecovery(9, index));

/** A busy line with a total fault, which is proven at once. */
function busy(kind: Recovery['kind']): Recovery {
  return drawn.find(
    ({ kind: one, traffic, faults }) =>
      one === kind && traffic.callsPerMinute === 10 && faults.some(({ what }) => 'ratio' in what && what.ratio > 0.9),
  )!;
}

describe('the recoveries', () => {
  it('are the same in every call', () => {
    expect(drawRecovery(9, 123)).toEqual(drawn[123]);
    expect(drawRecovery(10, 123)).not.toEqual(drawn[123]);
  });

  it('are of every kind in every traffic, after a fault of 5 to 60 minutes, with 4 healthy hours', () => {
    const met = new Set(drawn.map(({ kind, traffic: one }) => `${kind} ${one.callsPerMinute} ${one.baseline}`));
    expect(met.size).toBe(recoveryKinds.length * trafficTried.length);
    for (const { faults, healedAtMinute, actsAtMinute, endsAtMinute } of drawn) {
      const minutes = healedAtMinute - faults[0]!.fromMinute;
      expect(minutes).toBeGreaterThanOrEqual(5);
      expect(minutes).toBeLessThanOrEqual(60);
      expect(actsAtMinute).toBeGreaterThanOrEqual(healedAtMinute + 5);
      expect(actsAtMinute).toBeLessThanOrEqual(healedAtMinute + 121);
      expect(endsAtMinute - healedAtMinute).toBeGreaterThanOrEqual(240);
    }
  });

  it('include both connectors dead for half an hour', () => {
    for (const { faults, healedAtMinute } of drawn.filter(({ kind }) => kind === 'both dead')) {
      expect(faults).toHaveLength(2);
      expect(healedAtMinute - faults[0]!.fromMinute).toBeCloseTo(30, 9);
    }
  });
});

describe('a recovery', () => {
  it('that is only watched has no move', () => {
    expect(simulateRecovery(busy('watched'), 'fault')).toMatchObject({ failedOver: false, returned: false });
  });

  it('is failed over, and comes back by itself or by the operator', () => {
    expect(simulateRecovery(busy('failed over and back'), 'fault')).toMatchObject({ failedOver: true, returned: true });
    expect(simulateRecovery(busy('returned by an operator'), 'fault')).toMatchObject({
      failedOver: true,
      returned: true,
    });
  });

  it('has a control without a fault, in which nothing happens', () => {
    const { ledgers } = runRecoveries({ kind: 'recoveries', seed: 9, from: 0, until: 5 });
    expect(ledgers.map(({ index, arm }) => `${index} ${arm}`)).toHaveLength(10);
    for (const { arm, ...ledger } of ledgers) {
      if (arm === 'fault') continue;
      expect(ledger).toMatchObject({ failedOver: false, returned: false, falseMoves: 0, falseVerdict: undefined });
    }
  });
});
