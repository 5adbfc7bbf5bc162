/**
 * How long a run waits for a Region while other Regions have answered. A Region that hangs must not delay the rescues of the others: it
 * is given up, as if it had failed, and not asked again with the same patience, by whatever service.
 */

/** What a Region is asked by. */
type Service = 'chime' | 'cloudwatch' | 'ssm';

/**
 * A Region is given up when it has been silent for this long, and for so many times as long as the slowest other Region needed. A
 * GetMetricData of hundreds of metrics may take two seconds in one Region where a few metrics take none in another.
 */
const leastSilenceMs: Readonly<Record<Service, number>> = { chime: 1000, cloudwatch: 2500, ssm: 1000 };
const timesSlowest = 3;
/** Two checks in a row must find it silent: after a pause of the whole process its answer may be there, but not processed yet. */
const checkEveryMs = 50;
const silentChecks = 2;

/** In milliseconds of a clock that only moves forward, when a service in a Region answered last, whatever it was asked. */
export type LastAnswerMs = (service: string, region: string) => number | undefined;

type Waiting = { readonly controller: AbortController; silent: number };

/** Of one run. */
export class Patience {
  readonly #lastAnswerMs: LastAnswerMs;
  readonly #givenUp = new Set<string>();

  constructor(lastAnswerMs: LastAnswerMs) {
    this.#lastAnswerMs = lastAnswerMs;
  }

  /** Whether any Region was given up. */
  hasGivenUp(): boolean {
    return this.#givenUp.size > 0;
  }

  /** For a call to one Region: aborted at once where the Region was given up before. */
  signalFor(region: string, signal: AbortSignal): AbortSignal {
    return this.#givenUp.has(region) ? AbortSignal.abort(notWaitedFor()) : signal;
  }

  /**
   * Asks every Region. `ask` turns the abortion of its signal into a result, as any other failure.
   *
   * @returns the results in the order of `regions`
   */
  async inEach<Result>(
    service: Service,
    regions: readonly string[],
    signal: AbortSignal,
    ask: (region: string, signal: AbortSignal) => Promise<Result>,
  ): Promise<readonly Result[]> {
    const startedMs = performance.now();
    const waiting = new Map<string, Waiting>();
    let slowestMs: number | undefined;
    const asked = regions.map(async (region) => {
      const controller = new AbortController();
      waiting.set(region, { controller, silent: 0 });
      try {
        return await ask(region, this.signalFor(region, AbortSignal.any([signal, controller.signal])));
      } finally {
        waiting.delete(region);
        slowestMs = performance.now() - startedMs;
      }
    });
    const timer = setInterval(() => {
      // Nobody has answered yet: there is nobody to be held up.
      if (slowestMs === undefined) return;
      const limitMs = Math.max(leastSilenceMs[service], timesSlowest * slowestMs);
      for (const [region, each] of waiting) {
        const answeredMs = Math.max(startedMs, this.#lastAnswerMs(service, region) ?? 0);
        each.silent = performance.now() - answeredMs < limitMs ? 0 : each.silent + 1;
        if (each.silent < silentChecks) continue;
        this.#givenUp.add(region);
        each.controller.abort(notWaitedFor());
      }
    }, checkEveryMs);
    try {
      return await Promise.all(asked);
    } finally {
      clearInterval(timer);
    }
  }
}

function notWaitedFor(): Error {
  return new Error('not waited for, because the other Regions have answered');
}

/** Asks every Region; without a patience waits for each as long as its calls take. */
export function inEachRegion<Result>(
  patience: Patience | undefined,
  service: Service,
  regions: readonly string[],
  signal: AbortSignal,
  ask: (region: string, signal: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  return patience === undefined
    ? Promise.all(regions.map((region) => ask(region, signal)))
    : patience.inEach(service, regions, signal, ask);
}
