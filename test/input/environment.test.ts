import { describe, expect, it } from 'vitest';
import { monitorEnvironment, preflightEnvironment, sessionsEnvironment } from '../../lib/input/environment.ts';
import { InvalidInputError } from '../../lib/input/validation.ts';

const complete = {
  AWS_REGION: 'us-west-2',
  AWS_LAMBDA_FUNCTION_NAME: 'voice-connector-failover-dev-monitor',
  CONTROL_REGIONS: 'us-east-1, us-west-2',
  EVENT_BUS_NAME: 'voice-connector-failover',
  OUTBOX_QUEUE_URL: 'https://sqs.us-west-2.amazonaws.com/111122223333/voice-connector-failover-dev-outbox',
  CODE_VERSION: '1.2.3+0123456789ab',
  POLICY_FILE: 'policy.yml',
  OVERRIDES_PATH: '/voice-connector-failover/overrides',
  MONITOR_REGIONS: 'us-west-2,eu-west-1',
};

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

describe('the environment of the monitor', () => {
  it('is parsed, whatever else is set', () => {
    expect(monitorEnvironment({ ...complete, PATH: '/bin' })).toEqual({
      ...complete,
      CONTROL_REGIONS: ['us-east-1', 'us-west-2'],
      MONITOR_REGIONS: ['us-west-2', 'eu-west-1'],
    });
  });

  it('must list its own Region among the monitor Regions, because it records its changes there', () => {
    expect(problemsOf(() => monitorEnvironment({ ...complete, MONITOR_REGIONS: 'us-east-1,eu-west-1' }))).toEqual([
      'MONITOR_REGIONS: Expected AWS_REGION, the Region that this monitor runs in, among them, got "us-east-1,eu-west-1"',
    ]);
  });

  it('is refused with every missing variable', () => {
    expect(() => monitorEnvironment({})).toThrow('the environment of the function monitor: 9 problems');
    expect(problemsOf(() => monitorEnvironment({}))).toEqual([
      'AWS_REGION: Invalid input: expected string, got nothing',
      'AWS_LAMBDA_FUNCTION_NAME: Invalid input: expected string, got nothing',
      'CONTROL_REGIONS: Expected Region names separated by commas, got nothing',
      'EVENT_BUS_NAME: Invalid input: expected string, got nothing',
      'OUTBOX_QUEUE_URL: Expected the URL of a queue, got nothing',
      'CODE_VERSION: Invalid input: expected string, got nothing',
      'POLICY_FILE: Invalid input: expected string, got nothing',
      'OVERRIDES_PATH: Invalid input: expected string, got nothing',
      'MONITOR_REGIONS: Expected Region names separated by commas, got nothing',
    ]);
  });

  it('is refused with every invalid variable', () => {
    const wrong = {
      AWS_REGION: 'Virginia',
      AWS_LAMBDA_FUNCTION_NAME: '',
      CONTROL_REGIONS: 'us-east-1;us-west-2',
      EVENT_BUS_NAME: '',
      OUTBOX_QUEUE_URL: 'voice-connector-failover-dev-outbox',
      CODE_VERSION: '',
      POLICY_FILE: '',
      OVERRIDES_PATH: 'overrides/',
      MONITOR_REGIONS: 'here',
    };
    expect(problemsOf(() => monitorEnvironment(wrong))).toEqual([
      'AWS_REGION: Expected a Region name such as us-east-1, got "Virginia"',
      'AWS_LAMBDA_FUNCTION_NAME: Expected string to have >=1 characters, got ""',
      'CONTROL_REGIONS: Expected different Region names separated by commas, such as us-east-1,us-west-2, got "us-east-1;us-west-2"',
      'EVENT_BUS_NAME: Expected string to have >=1 characters, got ""',
      'OUTBOX_QUEUE_URL: Expected the URL of a queue, got "voice-connector-failover-dev-outbox"',
      'CODE_VERSION: Expected string to have >=1 characters, got ""',
      'POLICY_FILE: Expected string to have >=1 characters, got ""',
      'OVERRIDES_PATH: Expected a path such as /voice-connector-failover/overrides, got "overrides/"',
      'MONITOR_REGIONS: Expected different Region names separated by commas, such as us-east-1,us-west-2, got "here"',
    ]);
  });

  it.each(['', 'us-east-1,', 'us-east-1,us-east-1', 'us-east-1 us-west-2', 'us-east'])(
    'refuses control Regions given as %j',
    (regions) => {
      expect(problemsOf(() => monitorEnvironment({ ...complete, CONTROL_REGIONS: regions }))).toEqual([
        `CONTROL_REGIONS: Expected different Region names separated by commas, such as us-east-1,us-west-2, got "${regions}"`,
      ]);
    },
  );

  it.each(['us-gov-west-1', 'ap-southeast-2', 'mx-central-1'])('accepts %s as a Region name', (region) => {
    const itself = { AWS_REGION: region, CONTROL_REGIONS: region, MONITOR_REGIONS: region };
    const read = monitorEnvironment({ ...complete, ...itself });
    expect(read).toMatchObject({ AWS_REGION: region, CONTROL_REGIONS: [region] });
  });

  it.each(['/', '/a/', '//a', 'a', '/a b'])('refuses %j as a path of overrides', (path) => {
    expect(problemsOf(() => monitorEnvironment({ ...complete, OVERRIDES_PATH: path }))).toHaveLength(1);
  });
});

describe('the environment of preflight', () => {
  it('is the same as that of the monitor', () => {
    expect(preflightEnvironment(complete)).toEqual(monitorEnvironment(complete));
  });

  it('is refused with every missing variable and the name of the function', () => {
    expect(() => preflightEnvironment({})).toThrow('the environment of the function preflight: 9 problems');
  });
});

describe('the environment of sessions', () => {
  it('needs no overrides path and no monitor Regions', () => {
    expect(sessionsEnvironment({ ...complete, OVERRIDES_PATH: undefined, MONITOR_REGIONS: undefined })).toEqual({
      ...Object.fromEntries(
        Object.entries(complete).filter(([name]) => name !== 'OVERRIDES_PATH' && name !== 'MONITOR_REGIONS'),
      ),
      CONTROL_REGIONS: ['us-east-1', 'us-west-2'],
    });
  });

  it('is refused with every missing variable', () => {
    expect(() => sessionsEnvironment({})).toThrow('the environment of the function sessions: 7 problems');
  });
});
