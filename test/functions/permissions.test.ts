/**
 * Every permission of every packaged role is needed: without it, the function reports a denied call. The list is read from the
 * template. The local AWS has no CloudWatch Logs, so test/infrastructure/roles.test.ts checks the permissions for logs.
 */
import { inject } from 'vitest';
import { describe, expect, it } from 'vitest';
import { accountId } from '../../sim/account/account.ts';
import { packagedTemplate } from '../../sim/wire/iam/packaged.ts';
import { Permissions } from '../../sim/wire/iam/permissions.ts';
import { rolesOf, type FunctionRole } from '../../sim/wire/iam/roles.ts';
import { allEventText } from '../wire-support/account.ts';
import { deploy, type Answer, type Deployment, type FunctionName } from '../wire-support/functions.ts';
import {
  putOverride,
  seedUnhealthy,
  seedHealthy,
  seedMainLine,
  seedRecovered,
} from '../wire-support/account-fixtures.ts';

const roles = rolesOf(packagedTemplate(inject('packageFolder')), { accountId, region: 'us-east-1' });

type Usage = {
  /** Prepares the account. */
  readonly seed: (aws: Deployment) => void;
  /** The events of its invocations, in order. Default: one `{}`. */
  readonly events?: readonly unknown[];
  /** The invocations fail even with every permission. */
  readonly isFailing?: true;
};

/** EventBridge refuses every event, which then goes to the outbox. */
function refused(seed: Usage['seed'], events: readonly unknown[] = [{}]): Usage {
  return {
    events,
    seed: (aws) => {
      seed(aws);
      aws.misbehave({
        operation: 'PutEvents',
        effect: { kind: 'error', status: 400, code: 'ValidationException', message: 'no' },
      });
    },
    isFailing: true,
  };
}

function seedServedSessions(aws: Deployment): void {
  seedMainLine(aws);
  aws.account.chime.proxySessions.mode = 'served';
  // The function reads metrics only for Voice Connectors that have sessions.
  aws.account.chime.seedProxySession({ voiceConnectorId: 'vc-east' });
}

function seedExpiredPause(aws: Deployment): void {
  seedHealthy(aws);
  const until = new Date(aws.clock.now() - 1000).toISOString();
  putOverride(aws, 'main-line', { action: 'pause', by: 'anna', reason: 'works', until });
}

/** Chime SDK Voice is down: the status shows what CloudWatch remembers. */
function seedUnlisted(aws: Deployment): void {
  seedHealthy(aws);
  aws.misbehave({ service: 'chime', effect: { kind: 'region-down' } });
}

function command(action: string, more: object = {}) {
  return {
    action,
    group: 'main-line',
    by: 'anna',
    reason: 'works',
    ...more,
  };
}
const pause = command('pause', { until: '1h' });

/** Invocations in which a function uses every permission it has. */
const usages: Readonly<Record<string, readonly Usage[]>> = {
  monitor: [{ seed: seedUnhealthy }, { seed: seedExpiredPause }, refused(seedUnhealthy)],
  operate: [
    { seed: seedRecovered, events: [command('failback'), pause, command('resume')] },
    refused(seedRecovered, [pause]),
    { seed: seedUnlisted, events: [{ action: 'status' }], isFailing: true },
  ],
  preflight: [{ seed: seedHealthy }, refused(seedHealthy)],
  sessions: [{ seed: seedServedSessions }, refused(seedServedSessions)],
};

/** The answers of a function to the invocations of one usage, and everything that it returned, published and logged. */
async function use(
  functionName: string,
  { seed, events = [{}] }: Usage,
  permissions: Permissions,
): Promise<{ readonly answers: readonly Answer[]; readonly output: string }> {
  const answers: Answer[] = [];
  const aws = await deploy({ permissions });
  seed(aws);
  for (const event of events) answers.push(await aws.invoke(functionName as FunctionName, event));
  const payloads = answers.map(({ payload }) => JSON.stringify(payload));
  return { answers, output: [...payloads, allEventText(aws), ...aws.lines].join('\n') };
}

/** What each usage asks for with every permission. Without a permission that it never asks for, it does the same. */
const asked = new Map<Usage, ReadonlySet<string>>();

type Permission = {
  readonly functionName: string;
  readonly statement: number;
  readonly sid: string;
  readonly action: string;
};

const granted: readonly Permission[] = roles.flatMap(({ functionName, statements }) =>
  statements.flatMap(({ Sid = '', Action }, statement) =>
    Action.map((action) => ({ functionName, statement, sid: Sid, action })),
  ),
);
const usable = granted.filter(({ action }) => !action.startsWith('logs:'));

function without({ functionName, statement, action }: Permission): readonly FunctionRole[] {
  return roles.map((role) => ({
    ...role,
    statements:
      role.functionName === functionName
        ? role.statements.map((each, place) =>
            place === statement ? { ...each, Action: each.Action.filter((other) => other !== action) } : each,
          )
        : role.statements,
  }));
}

function isOnlyReported({ functionName, action }: Permission): boolean {
  // AWS ended the feature, so that a denial is reported as an answer and does not fail the run.
  return (
    action === 'chime:ListProxySessions' ||
    // Used only after EventBridge refused events, which fails the run by itself.
    action === 'sqs:SendMessage' ||
    // Used only by a status that fails, because Chime SDK Voice returned no list.
    (functionName === 'operate' && action === 'cloudwatch:ListMetrics') ||
    // preflight reports a denied read as a finding. Without a single group it has nothing to check and fails.
    (functionName === 'preflight' && !['chime:ListVoiceConnectorGroups', 'events:PutEvents'].includes(action))
  );
}

describe.each(roles.map(({ functionName }) => functionName))('The role of %s', (functionName) => {
  it('allows exactly what the function does', async () => {
    for (const usage of usages[functionName] ?? []) {
      const permissions = new Permissions(roles);
      const { answers, output } = await use(functionName, usage, permissions);
      const { events = [{}], isFailing = false } = usage;
      expect(answers.map(({ functionError }) => functionError !== undefined)).toEqual(events.map(() => isFailing));
      expect(output).not.toContain('not authorized');
      asked.set(usage, permissions.asked);
    }
    const all = (usages[functionName] ?? []).flatMap((usage) => [...(asked.get(usage) ?? [])]);
    expect([...new Set(all)].sort()).toEqual(
      usable.flatMap((each) => (each.functionName === functionName ? `${functionName} ${each.action}` : [])).sort(),
    );
  });
});

describe(`Each of the ${usable.length} permissions (${granted.length - usable.length} more, for logs, are checked elsewhere)`, () => {
  it.each(usable)('is needed: $functionName without $sid $action', async (permission) => {
    const { functionName, action } = permission;
    const isToFail = !isOnlyReported(permission);
    const found = { isRefused: false, isFailed: false };
    for (const usage of usages[functionName] ?? []) {
      if (asked.get(usage)?.has(`${functionName} ${action}`) === false) continue;
      // One refusal and one failure prove what is expected; that nothing fails is proven by every usage.
      if (found.isRefused && found.isFailed && isToFail) continue;
      const { answers, output } = await use(functionName, usage, new Permissions(without(permission)));
      const isUnhandled = answers.some(({ functionError }) => functionError === 'Unhandled');
      found.isRefused ||= output.includes(`is not authorized to perform: ${action} on resource: `);
      found.isFailed ||= usage.isFailing !== true && isUnhandled;
    }
    expect(found).toEqual({ isRefused: true, isFailed: isToFail });
  });
});
