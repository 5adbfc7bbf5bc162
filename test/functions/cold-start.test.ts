import { describe, expect, it } from 'vitest';
import { deploy, requestsToAws, type FunctionName } from '../wire-support/functions.ts';
import { seedUnhealthy } from '../wire-support/account-fixtures.ts';

const fiveMistakes = `
version: 1
defaults:
  tuning:
    cooldownMinutes: 4
    judgingMinutes: soon
    mood: brave
groups:
  - group: main-line
    failback: auto
  - group: main-line
    mode: enforce
`;

async function startedWith(
  name: FunctionName,
  options: { readonly policy?: string; readonly env?: Readonly<Record<string, string | undefined>> },
) {
  const aws = await deploy(options);
  seedUnhealthy(aws);
  const { functionError, error } = await aws.invoke(name, {});
  expect(functionError).toBe('Unhandled');
  expect(requestsToAws(aws)).toEqual([]);
  return { errorType: error.errorType, lines: error.errorMessage.split('\n').slice(1) };
}

describe('a cold start', () => {
  it.each(['monitor', 'preflight'] as const)(
    'of %s with five mistakes in the policy fails, lists all five, and calls no AWS API',
    async (name) => {
      expect(await startedWith(name, { policy: fiveMistakes })).toEqual({
        errorType: 'InvalidInputError',
        lines: [
          '  - defaults.tuning.judgingMinutes: Expected a whole number from 2 to 30, got "soon"',
          '  - defaults.tuning.cooldownMinutes: Expected a whole number from 5 to 1440, got 4',
          '  - defaults.tuning.mood is not a known setting',
          '  - groups[0].failback: Expected a preferredOrder for failback auto, got none',
          '  - groups[1].group: Expected each group once, got "main-line" again',
        ],
      });
    },
  );

  it('without a policy file fails and names it', async () => {
    const aws = await deploy({ env: { POLICY_FILE: 'nowhere.json' } });
    const { error } = await aws.invoke('monitor', {});
    expect(error).toMatchObject({
      errorType: 'UnreadablePolicyError',
      errorMessage:
        "cannot read the policy file nowhere.json: ENOENT: no such file or directory, open 'nowhere.json'; package the service again, which writes this file",
    });
    expect(requestsToAws(aws)).toEqual([]);
  });

  it('without its environment variables fails and names every one', async () => {
    const env = {
      CONTROL_REGIONS: undefined,
      EVENT_BUS_NAME: undefined,
      POLICY_FILE: undefined,
      OVERRIDES_PATH: undefined,
      MONITOR_REGIONS: undefined,
    };
    expect(await startedWith('monitor', { env })).toEqual({
      errorType: 'InvalidInputError',
      lines: [
        '  - CONTROL_REGIONS: Expected Region names separated by commas, got nothing',
        '  - EVENT_BUS_NAME: Invalid input: expected string, got nothing',
        '  - POLICY_FILE: Invalid input: expected string, got nothing',
        '  - OVERRIDES_PATH: Invalid input: expected string, got nothing',
        '  - MONITOR_REGIONS: Expected Region names separated by commas, got nothing',
      ],
    });
  });

  it('with invalid environment variables fails and says what is expected', async () => {
    const env = { CONTROL_REGIONS: 'us-east-1,virginia', EVENT_BUS_NAME: '', OVERRIDES_PATH: 'overrides/' };
    expect(await startedWith('monitor', { env })).toEqual({
      errorType: 'InvalidInputError',
      lines: [
        '  - CONTROL_REGIONS: Expected different Region names separated by commas, such as us-east-1,us-west-2, got "us-east-1,virginia"',
        '  - EVENT_BUS_NAME: Expected string to have >=1 characters, got ""',
        '  - OVERRIDES_PATH: Expected a path such as /voice-connector-failover/overrides, got "overrides/"',
      ],
    });
  });

  it('of the sessions function requires only the variables it needs', async () => {
    const aws = await deploy({ env: { OVERRIDES_PATH: undefined, MONITOR_REGIONS: undefined } });
    expect(await aws.invoke('sessions', {})).toMatchObject({ functionError: undefined });
    const env = { CONTROL_REGIONS: 'us-east-1,us-east-1' };
    expect(await startedWith('sessions', { env })).toMatchObject({ errorType: 'InvalidInputError' });
  });
});
