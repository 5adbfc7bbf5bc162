import { describe, expect, it } from 'vitest';
import { inEachRegion, Patience } from '../../lib/aws/patience.ts';

const never = new AbortController().signal;
const regions = ['us-east-1', 'us-west-2'];

/** Answers at once, except in a Region that hangs until its signal aborts. */
function asking(hanging: readonly string[]) {
  return (region: string, signal: AbortSignal): Promise<string> => {
    if (!hanging.includes(region)) return Promise.resolve('answered');
    return new Promise((resolve) => {
      const giveUp = (): void => {
        resolve('given up');
      };
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp);
    });
  };
}

describe('the patience of a run', () => {
  it('ends where a Region is silent while the others have answered, and that Region is not asked again', async () => {
    const patience = new Patience(() => undefined);
    expect(await inEachRegion(patience, 'chime', regions, never, asking(['us-west-2']))).toEqual([
      'answered',
      'given up',
    ]);
    expect(patience.hasGivenUp()).toBe(true);
    const again = await patience.inEach('ssm', regions, never, (_, signal) => Promise.resolve(signal.aborted));
    expect(again).toEqual([false, true]);
    expect(patience.signalFor('us-west-2', never).aborted).toBe(true);
    expect(patience.signalFor('us-east-1', never).aborted).toBe(false);
  });

  it('lasts while a Region answers some of its calls: a long listing does not hang', async () => {
    const answeredMs = new Map([['us-west-2', 0]]);
    const patience = new Patience((_, region) => answeredMs.get(region));
    const pages = async (region: string): Promise<string> => {
      for (let page = 0; region === 'us-west-2' && page < 8; page += 1) {
        await new Promise((resolve) => void setTimeout(resolve, 200));
        answeredMs.set(region, performance.now());
      }
      return 'answered';
    };
    expect(await patience.inEach('chime', regions, never, pages)).toEqual(['answered', 'answered']);
    expect(patience.hasGivenUp()).toBe(false);
  });

  it('lasts where no Region has answered: there is nobody to be held up', async () => {
    const patience = new Patience(() => undefined);
    const asked = patience.inEach('chime', regions, AbortSignal.timeout(1500), asking(regions));
    expect(await asked).toEqual(['given up', 'given up']);
    expect(patience.hasGivenUp()).toBe(false);
  });

  it('lasts without an end where it was not asked for', async () => {
    const signal = AbortSignal.timeout(1500);
    expect(await inEachRegion(undefined, 'chime', regions, signal, asking(['us-west-2']))).toEqual([
      'answered',
      'given up',
    ]);
  });
});
