/** The same with the real SDK clients: a whole run over the wire, and an operator's edit between any two of its requests. */
import { describe, expect, it } from 'vitest';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { startAws } from '../wire-support/account.ts';
import { seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { takeTurn } from '../wire-support/turns.ts';

type Effect = MisbehaviourRule['effect'];

function error(status: number, code: string): Effect {
  return { kind: 'error', status, code, message: 'injected by the test' };
}

const answers: readonly { readonly how: string; readonly effect?: Effect }[] = [
  { how: 'AWS applies at once' },
  { how: 'AWS throttles once', effect: error(429, 'ThrottledClientException') },
  { how: 'AWS fails once', effect: error(503, 'ServiceUnavailableException') },
  { how: 'meets a conflict once', effect: error(409, 'ConflictException') },
  { how: 'AWS applies without answering', effect: { kind: 'reset-after' } },
  { how: 'AWS resets before it applies it', effect: { kind: 'reset-before' } },
];

/** Makes one run, with a rename at the moment request number `place` arrives. Returns the operations and the final name. */
async function renameAt(place: number, effect: Effect | undefined) {
  const aws = await startAws();
  seedUnhealthy(aws);
  const { groups } = aws.account.chime;
  const rename = (): void => {
    groups.update('us-east-1', 'main-line', { ...groups.get('us-east-1', 'main-line'), name: 'Sales line' });
  };
  aws.misbehave({
    when: () => {
      if (aws.asked.length === place + 1) rename();
      return false;
    },
    effect: { kind: 'latency', ms: 0 },
  });
  if (effect !== undefined) aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect, times: 1 });
  await takeTurn(aws);
  if (aws.asked.length <= place) rename();
  const { name } = groups.get('us-east-1', 'main-line');
  return { operations: aws.asked.map(({ operation }) => operation), name };
}

describe("an operator's edit between any two requests of a run whose write", () => {
  it.each(answers)('$how is lost only between the recheck and the write', async ({ how, effect }) => {
    let lost = 0;
    let places = 0;
    for (; ; places += 1) {
      const { operations, name } = await renameAt(places, effect);
      if (name !== 'Sales line') {
        lost += 1;
        expect([operations[places - 1], operations[places]]).toEqual([
          'GetVoiceConnectorGroup',
          'UpdateVoiceConnectorGroup',
        ]);
      }
      if (operations.length <= places) break;
    }
    process.stdout.write(`A write that ${how}: ${places + 1} places for an edit, lost in ${lost}\n`);
    expect(lost).toBe(effect?.kind === 'reset-before' ? 0 : 1);
    expect(places).toBeGreaterThan(20);
  });
});
