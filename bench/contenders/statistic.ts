/** A detector that compares one statistic per connector, in nats, with a threshold. */
import type { ConnectorMetrics } from '../connector-metrics.ts';
import { Detector } from './detector.ts';

/** Evidence of a connector without calls is forgotten after so many minutes, as the windows of the GLR do it. */
const idleMinutes = 240;

export abstract class StatisticDetector extends Detector {
  readonly #thresholdNats: number;

  constructor(thresholdNats: number) {
    super();
    this.#thresholdNats = thresholdNats;
  }

  /** Evidence against a connector, in nats. */
  abstract statistic(connector: number): number;

  protected override isFailing(connector: number): boolean {
    return this.statistic(connector) >= this.#thresholdNats;
  }
}

/** The evidence against one connector, minute by minute. */
export interface Evidence {
  /** @param baseline ratio of calls that fail in a healthy line */
  add(calls: Pick<ConnectorMetrics, 'attempts' | 'failures'>, baseline: number): void;
  nats(baseline: number): number;
}

/** One piece of evidence per connector, begun again after a time without calls. */
export class EvidenceDetector extends StatisticDetector {
  readonly #create: () => Evidence;
  readonly #evidence = new Map<number, { readonly evidence: Evidence; readonly idleFor: number }>();

  constructor(create: () => Evidence, thresholdNats: number) {
    super(thresholdNats);
    this.#create = create;
  }

  statistic(connector: number): number {
    return this.#evidence.get(connector)?.evidence.nats(this.baselineRatio(connector)) ?? 0;
  }

  protected override remember(connector: number, metrics: ConnectorMetrics): void {
    const { evidence, idleFor } = this.#evidence.get(connector) ?? { evidence: this.#create(), idleFor: 0 };
    if (metrics.attempts > 0) {
      evidence.add(metrics, this.baselineRatio(connector));
      this.#evidence.set(connector, { evidence, idleFor: 0 });
    } else if (idleFor < idleMinutes) {
      this.#evidence.set(connector, { evidence, idleFor: idleFor + 1 });
    } else {
      this.#evidence.delete(connector);
    }
  }
}
