/** config/<stage>.yml: what is accepted, and what one error lists of everything else. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import { stageFields } from '../../infra/stage-fields.ts';
import { parseStageSettings, stageFile } from '../../infra/stage-settings.ts';
import { InvalidInputError } from '../../lib/input/validation.ts';

const smallest = {
  regions: ['us-west-2'],
  controlRegions: ['us-east-1', 'us-west-2'],
  policy: 'policy.yml',
  alerts: { page: ['oncall@example.com'], ticket: [] },
};

function parsed(changes: object) {
  return parseStageSettings(stringify({ ...smallest, ...changes }), 'config/prod.yml');
}

function problemsOf(changes: object): readonly string[] {
  try {
    parsed(changes);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

describe('The settings of a stage', () => {
  it('have documented defaults', () => {
    expect(parsed({})).toEqual({
      ...smallest,
      reservedConcurrency: 1,
      wake: 'schedule',
      wakeAlarms: {},
      tags: {},
      logRetentionDays: 90,
      archiveRetentionDays: 400,
      dashboard: true,
      monitorMemoryMegabytes: 512,
      shards: 1,
      localAwsOnly: false,
    });
  });

  it('list every problem at once, with the value and what is allowed', () => {
    const text = readFileSync('test/fixtures/stage-with-mistakes.yml', 'utf8');
    expect(() => parseStageSettings(text, 'config/prod.yml')).toThrow(
      `config/prod.yml: 12 problems
  - regions: Expected different Regions, got ["us-west-2","us-west-2"]
  - controlRegions[0]: Expected a Region name such as us-west-2, got "virginia"
  - policy: Invalid input: expected string, got nothing
  - alerts.page[0]: Expected an e-mail address or an https:// URL, got "nobody"
  - alerts.ticket: Expected different addresses, got ["a@example.com","a@example.com"]
  - runbookUrl: Expected an https:// URL without #, got "http://wiki.example.com"
  - reservedConcurrency: Expected 1 or none, got 3
  - permissionsBoundary: Expected the ARN of an IAM policy, got "developer-boundary"
  - tags: Expected a tag name without aws: before it, got "aws:team"
  - logRetentionDays: Expected a number of days that CloudWatch Logs accepts: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, got 91
  - archiveRetentionDays: Expected a whole number from 1 to 3650, got 0
  - polcy is not a known setting`,
    );
  });

  it.each([
    ['one Region too many', { regions: Array.from({ length: 11 }, (_, place) => `eu-west-${place}`) }],
    ['no Region', { regions: [] }],
    ['a policy without a name', { policy: '' }],
    ['a link with an anchor of its own', { runbookUrl: 'https://wiki.example.com/runbook#top' }],
    ['a link that would be a variable of the template', { runbookUrl: 'https://wiki.example.com/${self:service}' }],
    ['a phone number', { alerts: { page: ['+1 415 555 0100'], ticket: [] } }],
    ['41 tags', { tags: Object.fromEntries(Array.from({ length: 41 }, (_, place) => [`tag-${place}`, 'x'])) }],
    ['archives of more than ten years', { archiveRetentionDays: 3651 }],
  ])('refuse %s', (_what, changes) => {
    expect(problemsOf(changes)).toHaveLength(1);
  });

  it('never repeat a phone number that somebody put into them', () => {
    const [problem] = problemsOf({ alerts: { page: ['+1 415 555 0100'], ticket: [] } });
    expect(problem).toContain('(number withheld)');
  });

  it.each([
    ['text that is not YAML', 'regions: ['],
    ['a list', '- prod'],
    ['nothing', ''],
    ['a text of megabytes', `policy: ${'x'.repeat(60_000)}`],
    ['lists in lists', `regions: ${'['.repeat(50)}${']'.repeat(50)}`],
  ])('refuse %s with a short error', (_what, text) => {
    try {
      parseStageSettings(text, 'config/prod.yml');
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInputError);
      expect((error as Error).message.length).toBeLessThan(1500);
      return;
    }
    throw new Error('it was accepted');
  });

  it.each(['Prod', 'a/../b', '', 'x'.repeat(21), '7'])('are not looked up for a stage named %j', (stage) => {
    expect(() => stageFile(stage)).toThrow('--stage: Expected a lower-case letter');
  });
});

describe('config/example.yml', () => {
  const text = readFileSync('config/example.yml', 'utf8');
  const documented = Object.keys(stageFields).filter((name) => name !== 'localAwsOnly');

  it('is accepted as it is, and with every setting that it shows as a comment', () => {
    expect(parseStageSettings(text, 'config/example.yml').regions).toEqual(['us-west-2']);
    const all = text.replaceAll(/^# (\w+: )/gm, '$1');
    expect(Object.keys(parseYaml(all) as object).sort()).toEqual(documented.toSorted());
    // The alarms wake a run that decides all groups.
    for (const other of ['shards', 'wake'])
      parseStageSettings(all.replace(new RegExp(`^${other}: .*$`, 'm'), ''), 'config/example.yml');
    expect(() => parseStageSettings(all, 'config/example.yml')).toThrow('shards: Expected 1 with wake: alarms');
  });

  it('explains every setting in a comment above it', () => {
    const explained = [...text.matchAll(/^#.*\n(?:# )?(\w+):/gm)].map(([, name]) => name);
    expect(documented.filter((name) => !explained.includes(name))).toEqual(['archiveRetentionDays']);
  });
});

describe('The setting reportBucket', () => {
  const settings = (name: string) =>
    parseStageSettings(
      `regions: [us-west-2]\ncontrolRegions: [us-east-1]\npolicy: policy.yml\nalerts: { page: [], ticket: [] }\nreportBucket: ${name}\n`,
      'config/prod.yml',
    );

  it.each(['my-voice-reports', 'reports.example.com', '3rd', `a${'b'.repeat(61)}c`])('takes the name %s', (name) => {
    expect(settings(name)).toMatchObject({ reportBucket: name });
  });

  it.each([
    'ab',
    `a${'b'.repeat(62)}c`,
    'Reports',
    'my_reports',
    '-reports',
    'reports-',
    'my..reports',
    '192.168.5.4',
    'xn--reports',
    'reports-s3alias',
    's3://reports',
    'reports/of-moves',
    "'${AWS::AccountId}'",
  ])('refuses the name %s', (name) => {
    expect(() => settings(name)).toThrow('reportBucket: Expected the name of an S3 bucket');
  });
});
