/**
 * Every permission of every packaged role is needed: without it, the function says so. The list is the template's. What the
 * local AWS cannot miss, as it has no CloudWatch Logs, is judged in test/infrastructure/roles.test.ts.
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
  seedHealthy,
  seedMainLine,
  seedRecovered,
  seedUnhealthy,
} from '../wire-support/account-fixtures.ts';

const roles = rolesOf(packagedTemplate(inject('packageFolder')), { accountId, region: 'us-east-1' });

type Act = {
  /** The account as the function finds it. */
  readonly seed: (aws: Deployment) => void;
  /** What it is invoked with, one after the other. Default: `{}`. */
  readonly events?: readonly unknown[];
  /** Whether the function fails by it, even with every permission. */
  readonly isFailing?: true;
};

/** Where the bus takes nothing, and what happened is parked. */
function refused(seed: Act['seed'], events: readonly unknown[] = [{}]): Act {
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
  // Only where there are sessions is CloudWatch asked for the health of who has them.
  aws.account.chime.seedProxySession({ voiceConnectorId: 'vc-east' });
}

function seedExpiredPause(aws: Deployment): void {
  seedHealthy(aws);
  const until = new Date(aws.clock.now() - 1000).toISOString();
  putOverride(aws, 'main-line', { action: 'pause', by: 'anna', reason: 'works', until });
}

function ordered(action: string, more: object = {}) {
  return {
    action,
    group: 'main-line',
    by: 'anna',
    reason: 'works',
    ...more,
  };
}
const pause = ordered('pause', { until: '1h' });

/** What makes a function use everything it may. */
const acts: Readonly<Record<string, readonly Act[]>> = {
  monitor: [{ seed: seedUnhealthy }, { seed: seedExpiredPause }, refused(seedUnhealthy)],
  operate: [
    { seed: seedRecovered, events: [ordered('failback'), pause, ordered('resume')] },
    refused(seedRecovered, [pause]),
  ],
  preflight: [{ seed: seedHealthy }, refused(seedHealthy)],
  sessions: [{ seed: seedServedSessions }, refused(seedServedSessions)],
};

/** What a function answers in its acts, and everything it says meanwhile. */
async function played(
  functionName: string,
  permissions: Permissions,
): Promise<{ readonly answers: readonly Answer[]; readonly said: string }> {
  const answers: Answer[] = [];
  const said: string[] = [];
  for (const { seed, events = [{}] } of acts[functionName] ?? []) {
    const aws = await deploy({ permissions });
    seed(aws);
    for (const event of events) {
      const answer = await aws.invoke(functionName as FunctionName, event);
      answers.push(answer);
      said.push(JSON.stringify(answer.payload));
    }
    said.push(allEventText(aws), ...aws.lines);
  }
  return { answers, said: said.join('\n') };
}

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
  // AWS ended the feature, so that a refusal is an answer that is reported and not a turn that failed.
  return (
    action === 'chime:ListProxySessions' ||
    // Asked for only where the bus took nothing, which fails the turn by itself.
    action === 'sqs:SendMessage' ||
    // What may not be read is what it is there to find; without a single group there is nothing to find it out for.
    (functionName === 'preflight' && !['chime:ListVoiceConnectorGroups', 'events:PutEvents'].includes(action))
  );
}

describe.each(roles.map(({ functionName }) => functionName))('The role of %s', (functionName) => {
  it('allows all that the function does, and nothing that it does not', async () => {
    const permissions = new Permissions(roles);
    const { answers, said } = await played(functionName, permissions);
    expect(answers.map(({ functionError }) => functionError !== undefined)).toEqual(
      acts[functionName]?.flatMap(({ events = [{}], isFailing = false }) => events.map(() => isFailing)),
    );
    expect(said).not.toContain('not authorized');
    expect([...permissions.asked].sort()).toEqual(
      usable.flatMap((each) => (each.functionName === functionName ? `${functionName} ${each.action}` : [])).sort(),
    );
  });
});

describe(`Each of the ${usable.length} permissions (and ${granted.length - usable.length} for logs, judged elsewhere)`, () => {
  it.each(usable)('is missed: $functionName without $sid $action', async (permission) => {
    const { functionName, action } = permission;
    const { answers, said } = await played(functionName, new Permissions(without(permission)));
    expect(said).toContain(`is not authorized to perform: ${action} on resource: `);
    const wellByItself = (acts[functionName] ?? []).flatMap(({ events = [{}], isFailing }) =>
      events.map(() => isFailing !== true),
    );
    const otherwiseWell = answers.filter((_, place) => wellByItself[place]);
    expect(otherwiseWell.some(({ functionError }) => functionError === 'Unhandled')).toBe(!isOnlyReported(permission));
  });
});
