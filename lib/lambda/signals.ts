/** What a Lambda function gives the flow: time limits, a clock and a place for log lines. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { emf } from './emf.ts';
import type { LogPort, TelemetryPort, Signals } from '../ports.ts';

/** Kept back from the work, so that what was done can still be recorded before Lambda ends the invocation. */
const recordingMs = 6000;

/** Kept back from the recording, so that what EventBridge did not take in time can still be parked. */
const parkingMs = 3000;

/** Kept back from the parking, so that what the queue did not take in time either still reaches the log. */
const loggingMs = 1000;

/** @param ended aborts when Lambda is about to end the invocation */
export function signalsWithin(remainingMs: number, ended: AbortSignal): Signals {
  const allBut = (keptBackMs: number): AbortSignal =>
    AbortSignal.any([ended, AbortSignal.timeout(Math.max(0, remainingMs - keptBackMs))]);
  return { work: allBut(recordingMs), publish: allBut(parkingMs), outbox: allBut(loggingMs) };
}

/** Resolves after so many milliseconds, or at once when the signal aborts. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** One JSON line per call, as Powertools writes it. */
export function logTo(logger: Logger): LogPort {
  return {
    info: (message, fields) => {
      logger.info(message, { data: fields });
    },
    error: (message, fields) => {
      logger.error(message, { data: fields });
    },
  };
}

/** To the log itself and not through the logger: a log level must not silence the heartbeat. */
export function emfTelemetry(functionName: string): TelemetryPort {
  return emf({ functionName, clock: Date.now, writeLine: (line) => process.stdout.write(`${line}\n`) });
}
