import { describe, expect, it } from 'vitest';
import { eventsOn, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import {
  advanceDrill,
  drillOf,
  putOverride,
  seedHealthy,
  seedUnhealthySince,
} from '../wire-support/account-fixtures.ts';
import { takeTurn } from '../wire-support/turns.ts';

const refused = { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'no' } as const;

/** The whole hour before the first run. */
const hourBegins = now - minute / 2;

/** `12 first` for a change that was blocked at 12 minutes past the hour. */
function blockedOn(aws: TestAws): readonly string[] {
  return eventsOn(aws)
    .filter(({ detailType }) => detailType === 'Priority Change Blocked')
    .map(({ data: { attempt, evidence } }) => {
      const { observedAt } = evidence as { readonly observedAt: string };
      return `${Math.floor((Date.parse(observedAt) - hourBegins) / minute)} ${String(attempt)}`;
    });
}

async function runEveryMinute(aws: TestAws, from: number, until: number, seed: () => void): Promise<void> {
  for (let at = from; at <= until; at += 1) {
    aws.clock.jumpTo(now + at * minute);
    seed();
    await takeTurn(aws);
  }
}

describe('A move that AWS does not take', () => {
  it('is marked as first when it begins, as a reminder every quarter of an hour, and as a repeat in between', async () => {
    const aws = await startAws();
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: refused });
    await runEveryMinute(aws, 8, 31, () => {
      seedUnhealthySince(aws, hourBegins + 8 * minute);
    });
    const blocked = blockedOn(aws);
    expect(blocked.filter((each) => !each.endsWith(' repeat'))).toEqual(['12 first', '15 reminder', '30 reminder']);
    expect(blocked).toHaveLength(20);
  });
});

describe('A drill that AWS does not let end', () => {
  it('is marked as first when it is due, and then as a repeat', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    putOverride(aws, 'main-line', drillOf(aws));
    await takeTurn(aws);
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: refused });
    advanceDrill(aws, 5);
    await takeTurn(aws);
    advanceDrill(aws, 1);
    await takeTurn(aws);
    expect(blockedOn(aws)).toEqual(['5 first', '6 repeat']);
  });
});
