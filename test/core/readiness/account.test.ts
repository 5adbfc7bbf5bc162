import { describe, expect, it } from 'vitest';
import {
  accountReadiness,
  monitorReads,
  type ApiCallOutcome,
  type ServerTime,
} from '../../../lib/core/readiness/account.ts';
import { aGroup } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { anAccount, answered, found, notWell } from '../../builders/readiness.ts';

describe('an account in which all is well', () => {
  it('passes every check, and says what none can prove', () => {
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
          sentence: "own clock agrees with AWS's to the second (by the Date of us-east-1, answered in 0 s)",
        },
        { check: 'policy-entries', level: 'pass', sentence: '1 of 1 entries name a group' },
      ],
      unproven: [{ check: 'writes', sentence: expect.stringContaining('chime:UpdateVoiceConnectorGroup') as string }],
    });
  });
});

describe('an account in which nothing is well', () => {
  const refused = (action: string): ApiCallOutcome => ({
    action,
    region: 'us-east-1',
    outcome: 'forbidden',
    message: 'no',
  });
  const off = (ms: number): readonly ServerTime[] => [
    { region: 'us-east-1', date: observedAt, sentAt: observedAt + ms, receivedAt: observedAt + ms },
  ];
  it.each<{ what: string; facts: Parameters<typeof anAccount>[0]; told: readonly string[] }>([
    {
      what: 'and not all is known',
      facts: {
        listingProblems: ['listing groups in us-west-2: gone', 'listing Voice Connectors in us-west-2: gone'],
        answers: [refused('ssm:GetParametersByPath'), refused('cloudwatch:GetMetricData')],
        serverTimes: off(40_000),
        policyEntries: ['main-lin', 'mine'],
      },
      told: [
        "fail control-regions: us-east-1, us-west-2 list 1 groups and 2 Voice Connectors, and not all was listed: listing groups in us-west-2: gone; listing Voice Connectors in us-west-2: gone → Look at the Region's status and at CONTROL_REGIONS. What was created there is neither seen nor changed meanwhile",
        "fail permissions: ssm:GetParametersByPath in us-east-1: no; cloudwatch:GetMetricData in us-east-1: no → Compare the role with serverless.yml, and look at the account's service control policies",
        "fail clock: own clock is at least 39 s ahead of AWS's (by the Date of us-east-1, answered in 0 s), limit 30 s → The clock is the host's, which is AWS's: deploy again to get another, and tell AWS if it stays",
        'warn policy-entries: of 2 entries these name no group that is listed: main-lin, mine; the list is short → Correct groups[].group in policy.yml and deploy: what is said there is in force for nobody',
        'unproven writes: nothing harmless proves chime:UpdateVoiceConnectorGroup and cloudwatch:PutMetricData: an applied change does, or a drill; events:PutEvents is proven by what the monitor tells every quarter of an hour, sqs:SendMessage only by a bus that refuses',
      ],
    },
    {
      what: 'and all is known',
      facts: {
        groups: [],
        answers: [refused('chime:ListPhoneNumbers'), refused('cloudwatch:ListMetrics')],
        serverTimes: off(-10_000),
        policyEntries: ['main-lin', 'mine'],
      },
      told: [
        'warn control-regions: us-east-1, us-west-2 list 0 groups and 2 Voice Connectors → Set CONTROL_REGIONS to the Regions whose endpoints your groups were created at',
        "warn permissions: chime:ListPhoneNumbers in us-east-1: no (asked by this check alone); cloudwatch:ListMetrics in us-east-1: no (asked by this check alone) → Compare the role with serverless.yml, and look at the account's service control policies",
        "warn clock: own clock is at least 10 s behind AWS's (by the Date of us-east-1, answered in 0 s), tolerance 5 s → The clock is the host's, which is AWS's: deploy again to get another, and tell AWS if it stays",
        'fail policy-entries: of 2 entries these name no group that is listed: main-lin, mine → Correct groups[].group in policy.yml and deploy: what is said there is in force for nobody',
        'unproven writes: nothing harmless proves chime:UpdateVoiceConnectorGroup and cloudwatch:PutMetricData: an applied change does, or a drill; events:PutEvents is proven by what the monitor tells every quarter of an hour, sqs:SendMessage only by a bus that refuses',
      ],
    },
    {
      what: 'or nothing is told',
      facts: {
        groups: [aGroup(), aGroup({ voiceConnectorGroupId: 'b-id', name: 'b' })],
        answers: [],
        serverTimes: [],
        policyEntries: ['main-line', 'main-line-id', 'b', 'b-id'],
      },
      told: [
        "warn policy-entries: of two entries for one group the name's is not used: main-line: main-line-id is its id, and has its own; b: b-id is its id, and has its own → Correct groups[].group in policy.yml and deploy: what is said there is in force for nobody",
        "unproven permissions: 0 of the monitor's 7 reads were allowed; no answer told whether it may chime:ListVoiceConnectorGroups, chime:ListVoiceConnectors, chime:GetVoiceConnectorGroup, chime:GetVoiceConnectorTerminationHealth, chime:GetVoiceConnectorOrigination, cloudwatch:GetMetricData, ssm:GetParametersByPath",
        'unproven writes: nothing harmless proves chime:UpdateVoiceConnectorGroup and cloudwatch:PutMetricData: an applied change does, or a drill; events:PutEvents is proven by what the monitor tells every quarter of an hour, sqs:SendMessage only by a bus that refuses',
        'unproven clock: no answer of AWS had a Date to compare with',
      ],
    },
  ])('says what it saw and what to do: $what', ({ facts, told }) => {
    const { findings, unproven } = accountReadiness(anAccount(facts));
    const ill = findings.flatMap((finding) =>
      finding.level === 'pass' ? [] : [`${finding.level} ${finding.check}: ${finding.sentence} → ${finding.fix}`],
    );
    expect([...ill, ...unproven.map((each) => `unproven ${each.check}: ${each.sentence}`)]).toEqual(told);
  });
});

describe('the control Regions', () => {
  it('fail where one does not list everything', () => {
    const readiness = accountReadiness(anAccount({ listingProblems: ['listing Voice Connectors in us-west-2: gone'] }));
    expect(notWell(readiness)).toEqual(['control-regions fail']);
    expect(found(readiness, 'control-regions')?.sentence).toBe(
      'us-east-1, us-west-2 list 1 groups and 2 Voice Connectors, and not all was listed: listing Voice Connectors in us-west-2: gone',
    );
  });

  it('are worth a look where they list no group', () => {
    expect(notWell(accountReadiness(anAccount({ groups: [], policyEntries: [] })))).toEqual(['control-regions warn']);
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
    accountReadiness(anAccount({ answers: [...anAccount().answers, ...more] }));

  it.each(monitorReads)('fail where %s is refused in one Region, whatever the others allow', (action) => {
    const readiness = withAnswers(forbidden(action, 'us-west-2'), forbidden(action, 'us-west-2'));
    expect(found(readiness, 'permissions')).toMatchObject({ level: 'fail', sentence: `${action} in us-west-2: no` });
  });

  it('are worth a look where only this check is refused something', () => {
    expect(found(withAnswers(forbidden('chime:ListPhoneNumbers')), 'permissions')).toMatchObject({
      level: 'warn',
      sentence: 'chime:ListPhoneNumbers in us-east-1: no (asked by this check alone)',
    });
  });

  it('of a read that nobody answered are unproven, not passed', () => {
    const silent: ApiCallOutcome = { ...forbidden('ssm:GetParametersByPath'), outcome: 'failed' };
    const answers = [...anAccount().answers.filter(({ action }) => action !== silent.action), silent];
    const readiness = accountReadiness(anAccount({ answers }));
    expect(found(readiness, 'permissions')).toBeUndefined();
    expect(readiness.unproven).toContainEqual({
      check: 'permissions',
      sentence: "6 of the monitor's 7 reads were allowed; no answer told whether it may ssm:GetParametersByPath",
    });
  });

  it('are proven by one answer, whatever failed beside it', () => {
    const silent: ApiCallOutcome = {
      ...answered('cloudwatch:GetMetricData', 'us-west-2'),
      outcome: 'failed',
      message: 'slow',
    };
    expect(accountReadiness(anAccount({ answers: [...anAccount().answers, silent] })).unproven).toHaveLength(1);
  });
});

describe('the clock', () => {
  const at = (ms: number, roundTripMs = 0): ServerTime => ({
    region: 'us-west-2',
    date: observedAt,
    sentAt: observedAt + ms,
    receivedAt: observedAt + ms + roundTripMs,
  });
  const clock = (...serverTimes: readonly ServerTime[]) => found(accountReadiness(anAccount({ serverTimes })), 'clock');

  it.each([
    { what: 'within the second that a Date means', offMs: 1000, level: 'pass' },
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

  it('says what it tolerates of a difference that passes', () => {
    expect(clock(at(4000))).toMatchObject({
      level: 'pass',
      sentence: expect.stringMatching(/ahead of AWS's .*, tolerance 5 s$/) as string,
    });
  });

  it('says by how much at least, in which direction, and by which answer', () => {
    expect(clock(at(13_000))?.sentence).toBe(
      "own clock is at least 12 s ahead of AWS's (by the Date of us-west-2, answered in 0 s), tolerance 5 s",
    );
    expect(clock(at(-40_000))?.sentence).toBe(
      "own clock is at least 40 s behind AWS's (by the Date of us-west-2, answered in 0 s), limit 30 s",
    );
  });

  it('goes by the quickest answer: a slow one explains anything', () => {
    expect(clock(at(-20_000, 40_000), at(-8000, 100), at(-20_000, 30_000))).toMatchObject({ level: 'warn' });
    expect(clock(at(-20_000, 40_000))).toMatchObject({ level: 'pass' });
  });

  it('is unproven where no answer had a Date', () => {
    const readiness = accountReadiness(anAccount({ serverTimes: [] }));
    expect(found(readiness, 'clock')).toBeUndefined();
    expect(readiness.unproven.map(({ check }) => check)).toEqual(['writes', 'clock']);
  });
});

describe('the entries of the policy', () => {
  const entries = (policyEntries: readonly string[], changes: Parameters<typeof anAccount>[0] = {}) =>
    found(accountReadiness(anAccount({ policyEntries, ...changes })), 'policy-entries');

  it.each([
    ['by name', 'main-line'],
    ['by id', 'main-line-id'],
  ])('are found %s', (_, entry) => {
    expect(entries([entry])).toMatchObject({ level: 'pass' });
  });

  it('fail where one names no group: what it says is in force for nobody', () => {
    expect(entries(['main-line', 'main-lin'])).toMatchObject({
      level: 'fail',
      sentence: 'of 2 entries these name no group that is listed: main-lin',
    });
  });

  it('are only worth a look while the list of groups is short', () => {
    expect(entries(['main-lin'], { listingProblems: ['listing in us-west-2: gone'] })).toMatchObject({ level: 'warn' });
  });

  it('are worth a look where two are for one group', () => {
    expect(entries(['main-line', 'main-line-id'])).toMatchObject({
      level: 'warn',
      sentence:
        "of two entries for one group the name's is not used: main-line: main-line-id is its id, and has its own",
    });
    const ofOneName = aGroup({ voiceConnectorGroupId: 'main-line' });
    expect(entries(['main-line'], { groups: [ofOneName] })).toMatchObject({ level: 'pass' });
  });
});
