import type { Direction } from './calls-in-progress.ts';
import type { MachineCode } from './spec.ts';

/** The failed calls of a connector in one minute and their responses. */
export type FailureCounts = ReturnType<typeof noFailures>;

/** Counts failures in the minute of their attempt or, as with calls that ring for long, whole minutes later. */
export class FailureCounter {
  readonly #lateMinutes: number;
  readonly #counts = new Map<number, FailureCounts>();
  #minute = 0;

  constructor(lateMinutes: number) {
    this.#lateMinutes = lateMinutes;
  }

  add(direction: Direction, code: MachineCode, comes: 'at once' | 'late'): void {
    const minute = comes === 'late' ? this.#minute + this.#lateMinutes : this.#minute;
    const counts = this.#counts.get(minute) ?? noFailures();
    this.#counts.set(minute, counts);
    if (direction === 'inbound') counts.inboundCallFailures += 1;
    else counts.outboundCallFailures += 1;
    counts[classOf(code)] += 1;
  }

  endMinute(): FailureCounts {
    const counts = this.#counts.get(this.#minute) ?? noFailures();
    this.#counts.delete(this.#minute);
    this.#minute += 1;
    return counts;
  }
}

function classOf(code: MachineCode): 'sip4xxCodes' | 'sip5xxCodes' | 'sip6xxCodes' {
  if (code >= 600) return 'sip6xxCodes';
  return code >= 500 ? 'sip5xxCodes' : 'sip4xxCodes';
}

function noFailures() {
  return { inboundCallFailures: 0, outboundCallFailures: 0, sip4xxCodes: 0, sip5xxCodes: 0, sip6xxCodes: 0 };
}
