import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPackagedPolicy, policyOf, UnreadablePolicyError } from '../../lib/input/policy.ts';
import { loadPolicy, packagedPolicy, packagedPolicyOf, parsePolicy } from '../../infra/policy-text.ts';
import { InvalidInputError } from '../../lib/input/validation.ts';
import { aPolicy } from '../builders/policy.ts';

const file = new URL('../../policy.yml', import.meta.url).pathname;

describe('policy.yml of this repository', () => {
  it('sets the default of every setting', () => {
    expect(loadPolicy(file)).toEqual({
      hash: createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12),
      metricDimensions: ['VoiceConnectorId'],
      metricsRegions: new Map(),
      activeCallsQuota: new Map(),
      defaults: aPolicy(),
      groups: new Map(),
    });
  });

  it('says how to state the quotas of active calls', () => {
    const [, example = ''] =
      /^# Allowed: .* Example: (\{.*\})\nactiveCallsQuota/m.exec(readFileSync(file, 'utf8')) ?? [];
    expect(parsePolicy(`{ version: 1, activeCallsQuota: ${example} }`, 'policy.yml').activeCallsQuota).toEqual(
      new Map([
        ['us-east-1', 200],
        ['us-west-2', 200],
      ]),
    );
  });

  it('means the same as a policy that sets nothing', () => {
    const { hash, ...empty } = parsePolicy('version: 1', 'policy.yml');
    const { hash: fullHash, ...full } = loadPolicy(file);
    expect(empty).toEqual(full);
    expect(hash).not.toBe(fullHash);
  });

  it('has a valid example of a group', () => {
    const [, example = ''] = /^# Example:\n((?:#.*\n)+)/m.exec(readFileSync(file, 'utf8')) ?? [];
    const uncommented = example.replace(/^# /gm, '');
    expect(parsePolicy(`version: 1\n${uncommented}`, 'policy.yml').groups.get('main-line')).toEqual(
      aPolicy({
        mode: 'enforce',
        failback: 'auto',
        preferredOrder: ['abcdef1ghij2klmno3pqr4', 'stuvwx5yzabc6defgh7ijk8'],
        drill: { day: 'tue', from: '03:00', until: '05:00', minutes: 15 },
        maintenance: [
          { day: 'sun', from: '02:00', until: '04:00', timeZone: 'Europe/Berlin', reason: 'carrier maintenance' },
        ],
        riseMinutes: 15,
      }),
    );
  });
});

describe('a policy file that cannot be read', () => {
  it.each([
    ['missing.yml', 'ENOENT', /no such file or directory/],
    ['.', 'EISDIR', /illegal operation on a directory/],
  ])('%s is reported in one line: which file, why, and what to set', (name, code, reason) => {
    const path = new URL(name, import.meta.url).pathname;
    const load = (): unknown => loadPolicy(path);
    expect(load).toThrow(
      expect.objectContaining({
        name: 'UnreadablePolicyError',
        cause: expect.objectContaining({ code }) as unknown,
      }) as Error,
    );
    expect(load).toThrow(reason);
    expect(load).toThrow(`cannot read the policy file ${path}: ${code}: `);
    expect(load).toThrow(/^.*; name an existing policy, such as policy\.yml$/);
  });
});

describe('a packaged policy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'));
  const path = join(folder, 'policy.json');

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('means what its text means', () => {
    writeFileSync(path, JSON.stringify(packagedPolicyOf(file)));
    expect(loadPackagedPolicy(path)).toEqual(loadPolicy(file));
  });

  it('with mistakes is refused by the name of the file that has them', () => {
    writeFileSync(path, JSON.stringify(packagedPolicy('{ version: 1, mood: brave }', 'policy.yml')));
    expect(() => loadPackagedPolicy(path)).toThrow(
      new InvalidInputError('policy.yml', ['mood is not a known setting']),
    );
  });

  it.each(['version: 1', '{ "version": 1 }'])('is not the text of a policy, such as %s', (text) => {
    writeFileSync(path, text);
    expect(() => loadPackagedPolicy(path)).toThrow(UnreadablePolicyError);
    expect(() => loadPackagedPolicy(path)).toThrow(/; package the service again, which writes this file$/);
  });
});

describe('the policy of a group', () => {
  const text = `
version: 1
defaults:
  tuning: { cooldownMinutes: 12 }
groups:
  - group: vcg-1
    mode: enforce
  - group: main-line
    tuning: { minAttempts: 20 }
  - group: back-line
    failback: auto
    preferredOrder: [east, west]
  - group: quiet-line
    tuning: { cooldownMinutes: 10 }
`;
  const policy = parsePolicy(text, 'policy.yml');
  const called = (name: string) => policyOf(policy)({ voiceConnectorGroupId: 'vcg-2', name });

  it('is found by id before name', () => {
    const both = { voiceConnectorGroupId: 'vcg-1', name: 'main-line' };
    expect(policyOf(policy)(both)).toEqual(aPolicy({ cooldownMinutes: 12, mode: 'enforce' }));
  });

  it('is found by name where no entry has the id', () => {
    expect(called('main-line')).toEqual(aPolicy({ cooldownMinutes: 12, minAttempts: 20 }));
    expect(called('back-line')).toEqual(
      aPolicy({ cooldownMinutes: 12, failback: 'auto', preferredOrder: ['east', 'west'] }),
    );
  });

  it('overrides an inherited setting, also by the documented default', () => {
    expect(called('quiet-line')).toEqual(aPolicy());
  });

  it('is the defaults for a group without an entry, and without a group', () => {
    expect(called('other')).toEqual(aPolicy({ cooldownMinutes: 12 }));
    expect(policyOf(policy)()).toEqual(aPolicy({ cooldownMinutes: 12 }));
  });

  it('is identified by the hash of the text, whatever the file is called', () => {
    expect(policy.hash).toMatch(/^[0-9a-f]{12}$/);
    expect(parsePolicy(text, 'elsewhere.yml').hash).toBe(policy.hash);
    expect(parsePolicy(`${text} `, 'policy.yml').hash).not.toBe(policy.hash);
  });
});
