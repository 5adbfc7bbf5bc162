import { describe, expect, it } from 'vitest';
import { isFalseMove } from '../../bench/false-move.ts';
import type { FaultSpec } from '../../sim/world/spec.ts';

const home = { voiceConnectorId: 'vc-0' };
const fault: FaultSpec = { fromMinute: 100.5, untilMinute: 130, where: home, what: { kind: 'sip-5xx', ratio: 0.3 } };

function offHome(minute: number) {
  return { from: 0, to: 1, minute, failsBack: false };
}
function ontoHome(minute: number, failsBack: boolean) {
  return { from: 1, to: 0, minute, failsBack };
}

describe('a false move', () => {
  it('leaves a top without a fault', () => {
    expect(isFalseMove([], offHome(5))).toBe(true);
    expect(isFalseMove([fault], offHome(99))).toBe(true);
  });

  it('is none from the first faulty minute until no window contains the fault', () => {
    expect(isFalseMove([fault], offHome(100))).toBe(false);
    expect(isFalseMove([fault], offHome(369))).toBe(false);
    expect(isFalseMove([fault], offHome(370))).toBe(true);
  });

  it('is one if only the metrics are missing', () => {
    expect(isFalseMove([{ ...fault, what: { kind: 'metrics-missing' } }], offHome(110))).toBe(true);
  });

  it('is none off a top whose Region has a fault', () => {
    expect(isFalseMove([{ ...fault, where: { region: 'us-east-1' } }], offHome(110))).toBe(false);
    expect(isFalseMove([{ ...fault, where: { region: 'us-west-2' } }], offHome(110))).toBe(true);
  });

  it('is no failback of a contender that always fails back, unless home has a fault', () => {
    expect(isFalseMove([fault], ontoHome(140, true))).toBe(false);
    expect(isFalseMove([fault], ontoHome(110, true))).toBe(true);
    expect(isFalseMove([fault], ontoHome(140, false))).toBe(true);
  });
});
