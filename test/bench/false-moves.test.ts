import { describe, expect, it } from 'vitest';
import { isFalseMove } from '../../bench/false-move.ts';
import type { FaultSpec } from '../../sim/world/spec.ts';

const home = { voiceConnectorId: 'vc-0' };
const sick: FaultSpec = { fromMinute: 100.5, untilMinute: 130, where: home, what: { kind: 'sip-5xx', ratio: 0.3 } };

function offHome(minute: number) {
  return { from: 0, to: 1, minute, failsBack: false };
}
function ontoHome(minute: number, failsBack: boolean) {
  return { from: 1, to: 0, minute, failsBack };
}

describe('a false move', () => {
  it('leaves a top without a fault', () => {
    expect(isFalseMove([], offHome(5))).toBe(true);
    expect(isFalseMove([sick], offHome(99))).toBe(true);
  });

  it('is none from the first faulty minute until the fault has left every window', () => {
    expect(isFalseMove([sick], offHome(100))).toBe(false);
    expect(isFalseMove([sick], offHome(369))).toBe(false);
    expect(isFalseMove([sick], offHome(370))).toBe(true);
  });

  it('is one where only the metrics are gone', () => {
    expect(isFalseMove([{ ...sick, what: { kind: 'metrics-missing' } }], offHome(110))).toBe(true);
  });

  it('is none off a top whose Region is sick', () => {
    expect(isFalseMove([{ ...sick, where: { region: 'us-east-1' } }], offHome(110))).toBe(false);
    expect(isFalseMove([{ ...sick, where: { region: 'us-west-2' } }], offHome(110))).toBe(true);
  });

  it('is no failback on principle, unless to a sick home', () => {
    expect(isFalseMove([sick], ontoHome(140, true))).toBe(false);
    expect(isFalseMove([sick], ontoHome(110, true))).toBe(true);
    expect(isFalseMove([sick], ontoHome(140, false))).toBe(true);
  });
});
