/** The log level of an event: `error` where calls may fail or an order was not carried out, `warn` where a person should look, otherwise `info`. */
import type { HoldCode } from '../core/model/codes.ts';
import type { AuditEvent, DetailType, EventData } from '../events/event.ts';
import type { LogPort } from '../ports.ts';

type Level = keyof LogPort;

/** Calls fail and the monitor does not move the group. */
const holdsOfProblems: ReadonlySet<HoldCode> = new Set<HoldCode>([
  'no-target',
  'all-unhealthy',
  'daily-limit',
  'account-limit',
]);

const stages: Readonly<Record<EventData<'Operator Action'>['stage'], Level>> = {
  requested: 'info',
  done: 'info',
  refused: 'warn',
  failed: 'error',
};

type Varying =
  | 'Drill Ended'
  | 'Operator Action'
  | 'Connector Health Changed'
  | 'Hold Changed'
  | 'Priority Held'
  | 'Readiness Checked'
  | 'Account Readiness Checked';

const levels: Readonly<Record<Exclude<DetailType, Varying>, Level>> = {
  'Run Failed': 'error',
  'Priority Change Blocked': 'error',
  'Priority Change Rejected': 'error',
  'Priority Change Unverified': 'error',
  'Drill Refused': 'warn',
  'Override Expired': 'info',
  'Override Unmatched': 'warn',
  'Priority Change Intended': 'info',
  'Priority Change Applied': 'info',
  'Priority Change Withheld': 'info',
  'Proxy Session Inventory': 'info',
  'Proxy Sessions Unsupported': 'info',
};

export function levelOf(event: AuditEvent): Level {
  switch (event.detailType) {
    case 'Drill Ended':
      return levelOfDrill(event.detail.data);
    case 'Operator Action':
      return stages[event.detail.data.stage];
    case 'Connector Health Changed':
      return event.detail.data.after.health === 'unhealthy' ? 'warn' : 'info';
    case 'Readiness Checked':
    case 'Account Readiness Checked':
      return event.detail.data.outcome === 'pass' ? 'info' : 'warn';
    case 'Hold Changed':
    case 'Priority Held':
      return holdsOfProblems.has(event.detail.data.code) ? 'warn' : 'info';
    default:
      return levels[event.detailType];
  }
}

function levelOfDrill({ restored, result }: EventData<'Drill Ended'>): Level {
  if (!restored) return 'error';
  return result === 'succeeded' ? 'info' : 'warn';
}
