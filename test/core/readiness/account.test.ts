import { describe, expect, it } from 'vitest';
import { accountReadiness, monitorReads, type ApiCallOutcome } from '../../../lib/core/readiness/account.ts';
import { aGroup } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import type { ServerTime } from '../../../lib/core/model/server-clock.ts';
import { anAccount, answered, findingOf, notPassed } from '../../builders/readiness.ts';

describe('an account without problems', () => {
  it('passes every check, and lists what none can prove', () => {
    expect(accountReadiness(anAccount())).toEqual({
      outcome: 'pass',
      findings: [
        {
          check: 'control-regions',
          level: 'pass',
          sentence: 'us-east-1, us-west-2 list 1 groups and 2 Voice Connectors',
        },
        { check: 'permissions', level: 'pass', sentence: "7 of the monitor's 7 reads were allowed" },
        {
          check: 'clock',
          level: 'pass',
          sentence: "our clock agrees with AWS's to the second (Date header of us-east-1, round trip 0 s)",
        },
        { check: 'policy-entries', level: 'pass', sentence: '1 of 1 entries match a group' },
        { check: 'override-keys', level: 'pass', sentence: 'every stored override applies to a group' },
      ],
      unproven: [{ check: 'writes', sentence: expect.stringContaining('chime:UpdateVoiceConnectorGroup') as string }],
    });
  });
});

describe('an account with every problem at once', () => {
  const refused = (action: string): ApiCallOutcome => ({
    action,
    region: 'us-east-1',
    outcome: 'forbidden',
    message: 'no',
  });
  const clockAhead = (ms: number): readonly ServerTime[] => [
    { region: 'us-east-1', date: observedAt, sentAt: observedAt + ms, receivedAt: observedAt + ms },
  ];
  it.each<{ what: string; facts: Parameters<typeof anAccount>[0]; expected: readonly string[] }>([
    {
      what: 'incomplete lists',
      facts: {
        listingProblems: ['listing groups in us-west-2: gone', 'listing Voice Connectors in us-west-2: gone'],
        callOutcomes: [refused('ssm:GetParametersByPath'), refused('cloudwatch:GetMetricData')],
        serverTimes: clockAhead(40_000),
        policyEntries: ['main-lin', 'mine'],
      },
      expected: [
        "fail control-regions: us-east-1, us-west-2 list 1 groups and 2 Voice Connectors, and the lists are incomplete: listing groups in us-west-2: gone; listing Voice Connectors in us-west-2: gone → Check the Region's status and controlRegions of the stage. Until then the monitor can neither read nor change what was created there",
        "fail permissions: ssm:GetParametersByPath in us-east-1: no; cloudwatch:GetMetricData in us-east-1: no → Compare the role with serverless.yml, and check the account's service control policies",
        "fail clock: our clock is at least 39 s ahead of AWS's (Date header of us-east-1, round trip 0 s), limit 30 s → AWS keeps the clock of the Lambda host: deploy again to get another host, and open an AWS support case if it persists",
        'warn policy-entries: of 2 entries, these match no listed group: main-lin, mine; the list of groups is incomplete → Correct groups[].group in policy.yml and deploy: until then the entry has no effect',
        'unproven writes: no harmless call proves chime:UpdateVoiceConnectorGroup and cloudwatch:PutMetricData: only an applied change or a drill does; the event that the monitor publishes every 15 min proves events:PutEvents; only a failure of EventBridge proves sqs:SendMessage',
      ],
    },
    {
      what: 'complete lists',
      facts: {
        groups: [],
        callOutcomes: [refused('chime:ListPhoneNumbers'), refused('cloudwatch:ListMetrics')],
        serverTimes: clockAhead(-10_000),
        policyEntries: ['main-lin', 'mine'],
      },
      expected: [
        'warn control-regions: us-east-1, us-west-2 list 0 groups and 2 Voice Connectors → Set controlRegions of the stage to the Regions whose endpoints your groups were created in',
        "warn permissions: chime:ListPhoneNumbers in us-east-1: no (used by preflight only); cloudwatch:ListMetrics in us-east-1: no (used by preflight only) → Compare the role with serverless.yml, and check the account's service control policies",
        "warn clock: our clock is at least 10 s behind AWS's (Date header of us-east-1, round trip 0 s), tolerance 5 s → AWS keeps the clock of the Lambda host: deploy again to get another host, and open an AWS support case if it persists",
        'fail policy-entries: of 2 entries, these match no listed group: main-lin, mine → Correct groups[].group in policy.yml and deploy: until then the entry has no effect',
        'unproven writes: no harmless call proves chime:UpdateVoiceConnectorGroup and cloudwatch:PutMetricData: only an applied change or a drill does; the event that the monitor publishes every 15 min proves events:PutEvents; only a failure of EventBridge proves sqs:SendMessage',
      ],
    },
    {
      what: 'no answers',
      facts: {
        groups: [aGroup(), aGroup({ voiceConnectorGroupId: 'b-id', name: 'b' })],
        callOutcomes: [],
        serverTimes: [],
        policyEntries: ['main-line', 'main-line-id', 'b', 'b-id'],
      },
      expected: [
        'warn policy-entries: a group has two entries, and the one by name has no effect: main-line: its id main-line-id has an entry too; b: its id b-id has an entry too → Correct groups[].group in policy.yml and deploy: until then the entry has no effect',
        "unproven permissions: 0 of the monitor's 7 reads were allowed; AWS did not answer chime:ListVoiceConnectorGroups, chime:ListVoiceConnectors, chime:GetVoiceConnectorGroup, chime:GetVoiceConnectorTerminationHealth, chime:GetVoiceConnectorOrigination, cloudwatch:GetMetricData, ssm:GetParametersByPath",
        'unproven writes: no harmless call proves chime:UpdateVoiceConnectorGroup and cloudwatch:PutMetricData: only an applied change or a drill does; the event that the monitor publishes every 15 min proves events:PutEvents; only a failure of EventBridge proves sqs:SendMessage',
        'unproven clock: no AWS response had a Date header',
      ],
    },
  ])('reports each finding and its fix: $what', ({ facts, expected }) => {
    const { findings, unproven } = accountReadiness(anAccount(facts));
    const findingLines = findings.flatMap((finding) =>
      finding.level === 'pass' ? [] : [`${finding.level} ${finding.check}: ${finding.sentence} → ${finding.fix}`],
    );
    expect([...findingLines, ...unproven.map((each) => `unproven ${each.check}: ${each.sentence}`)]).toEqual(expected);
  });
});

describe('the control Regions', () => {
  it('fail when one does not return its lists', () => {
    const readiness = accountReadiness(anAccount({ listingProblems: ['listing Voice Connectors in us-west-2: gone'] }));
    expect(notPassed(readiness)).toEqual(['control-regions fail']);
    expect(findingOf(readiness, 'control-regions')?.sentence).toBe(
      'us-east-1, us-west-2 list 1 groups and 2 Voice Connectors, and the lists are incomplete: listing Voice Connectors in us-west-2: gone',
    );
  });

  it('warn when they list no group', () => {
    expect(notPassed(accountReadiness(anAccount({ groups: [], policyEntries: [] })))).toEqual(['control-regions warn']);
  });
});

describe('the permissions', () => {
  const forbidden = (action: string, region = 'us-east-1'): ApiCallOutcome => ({
    action,
    region,
    outcome: 'forbidden',
    message: 'no',
  });
  const withAnswers = (...more: readonly ApiCallOutcome[]) =>
    accountReadiness(anAccount({ callOutcomes: [...anAccount().callOutcomes, ...more] }));

  it.each(monitorReads)('fail when %s is forbidden in one Region, whatever the others allow', (action) => {
    const readiness = withAnswers(forbidden(action, 'us-west-2'), forbidden(action, 'us-west-2'));
    expect(findingOf(readiness, 'permissions')).toMatchObject({
      level: 'fail',
      sentence: `${action} in us-west-2: no`,
    });
  });

  it('warn when only a read of preflight itself is forbidden', () => {
    expect(findingOf(withAnswers(forbidden('chime:ListPhoneNumbers')), 'permissions')).toMatchObject({
      level: 'warn',
      sentence: 'chime:ListPhoneNumbers in us-east-1: no (used by preflight only)',
    });
  });

  it('are unproven, not passed, for a read that AWS did not answer', () => {
    const unanswered: ApiCallOutcome = { ...forbidden('ssm:GetParametersByPath'), outcome: 'failed' };
    const callOutcomes = [...anAccount().callOutcomes.filter(({ action }) => action !== unanswered.action), unanswered];
    const readiness = accountReadiness(anAccount({ callOutcomes }));
    expect(findingOf(readiness, 'permissions')).toBeUndefined();
    expect(readiness.unproven).toContainEqual({
      check: 'permissions',
      sentence: "6 of the monitor's 7 reads were allowed; AWS did not answer ssm:GetParametersByPath",
    });
  });

  it('are proven by one answer, whatever other calls failed', () => {
    const unanswered: ApiCallOutcome = {
      ...answered('cloudwatch:GetMetricData', 'us-west-2'),
      outcome: 'failed',
      message: 'slow',
    };
    expect(
      accountReadiness(anAccount({ callOutcomes: [...anAccount().callOutcomes, unanswered] })).unproven,
    ).toHaveLength(1);
  });
});

describe('the clock', () => {
  const at = (ms: number, roundTripMs = 0): ServerTime => ({
    region: 'us-west-2',
    date: observedAt,
    sentAt: observedAt + ms,
    receivedAt: observedAt + ms + roundTripMs,
  });
  const clock = (...serverTimes: readonly ServerTime[]) =>
    findingOf(accountReadiness(anAccount({ serverTimes })), 'clock');

  it.each([
    { what: 'within the second that a Date stands for', offMs: 1000, level: 'pass' },
    { what: 'a little behind', offMs: -5000, level: 'pass' },
    { what: 'a little ahead', offMs: 6000, level: 'pass' },
    { what: 'more than five seconds behind', offMs: -5001, level: 'warn' },
    { what: 'more than five seconds ahead', offMs: 6001, level: 'warn' },
    { what: 'just half a minute ahead', offMs: 31_000, level: 'warn' },
    { what: 'more than half a minute ahead', offMs: 31_001, level: 'fail' },
    { what: 'more than half a minute behind', offMs: -30_001, level: 'fail' },
  ])('$what: $level', ({ offMs, level }) => {
    expect(clock(at(offMs))).toMatchObject({ level });
  });

  it('reports the tolerance of a difference that passes', () => {
    expect(clock(at(4000))).toMatchObject({
      level: 'pass',
      sentence: expect.stringMatching(/ahead of AWS's .*, tolerance 5 s$/) as string,
    });
  });

  it('reports the least difference, its direction, and the response it was measured by', () => {
    expect(clock(at(13_000))?.sentence).toBe(
      "our clock is at least 12 s ahead of AWS's (Date header of us-west-2, round trip 0 s), tolerance 5 s",
    );
    expect(clock(at(-40_000))?.sentence).toBe(
      "our clock is at least 40 s behind AWS's (Date header of us-west-2, round trip 0 s), limit 30 s",
    );
  });

  it('uses the response with the shortest round trip: a slow one explains any difference', () => {
    expect(clock(at(-20_000, 40_000), at(-8000, 100), at(-20_000, 30_000))).toMatchObject({ level: 'warn' });
    expect(clock(at(-20_000, 40_000))).toMatchObject({ level: 'pass' });
  });

  it('is unproven when no response had a Date header', () => {
    const readiness = accountReadiness(anAccount({ serverTimes: [] }));
    expect(findingOf(readiness, 'clock')).toBeUndefined();
    expect(readiness.unproven.map(({ check }) => check)).toEqual(['writes', 'clock']);
  });
});

describe('the entries of the policy', () => {
  const entries = (policyEntries: readonly string[], changes: Parameters<typeof anAccount>[0] = {}) =>
    findingOf(accountReadiness(anAccount({ policyEntries, ...changes })), 'policy-entries');

  it.each([
    ['by name', 'main-line'],
    ['by id', 'main-line-id'],
  ])('match a group %s', (_, entry) => {
    expect(entries([entry])).toMatchObject({ level: 'pass' });
  });

  it('fail when one matches no group, and so has no effect', () => {
    expect(entries(['main-line', 'main-lin'])).toMatchObject({
      level: 'fail',
      sentence: 'of 2 entries, these match no listed group: main-lin',
    });
  });

  it('only warn while the list of groups is incomplete', () => {
    expect(entries(['main-lin'], { listingProblems: ['listing in us-west-2: gone'] })).toMatchObject({ level: 'warn' });
  });

  it('warn when two match one group', () => {
    expect(entries(['main-line', 'main-line-id'])).toMatchObject({
      level: 'warn',
      sentence:
        'a group has two entries, and the one by name has no effect: main-line: its id main-line-id has an entry too',
    });
    const idEqualsName = aGroup({ voiceConnectorGroupId: 'main-line' });
    expect(entries(['main-line'], { groups: [idEqualsName] })).toMatchObject({ level: 'pass' });
  });
});

describe('the keys of the stored overrides', () => {
  const unmatchedOverrides = ['Main-Line (us-east-1): pause by anna, 2 h left: works'];
  const keys = (changes: Parameters<typeof anAccount>[0]) =>
    findingOf(accountReadiness(anAccount(changes)), 'override-keys');

  it('fail when one is no group: its author believes that something is held', () => {
    expect(keys({ unmatchedOverrides })).toEqual({
      check: 'override-keys',
      level: 'fail',
      sentence:
        'these apply to no listed group, so they have no effect: Main-Line (us-east-1): pause by anna, 2 h left: works',
      fix: 'Store it under the id of its group, and delete this parameter',
    });
  });

  it('only warn while the list of groups is incomplete', () => {
    const two = [...unmatchedOverrides, 'side-line (us-west-2): pin by kim, 1 h left: why'];
    expect(keys({ unmatchedOverrides: two, listingProblems: ['listing in us-west-2: gone'] })).toMatchObject({
      level: 'warn',
      sentence:
        'these apply to no listed group, so they have no effect: Main-Line (us-east-1): pause by anna, 2 h left: works; side-line (us-west-2): pin by kim, 1 h left: why; the list of groups is incomplete',
    });
  });
});
