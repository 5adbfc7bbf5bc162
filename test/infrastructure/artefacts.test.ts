/** What the artefacts contain, and how large they are: a cold start loads all of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { filesIn } from '../../scripts/zip.ts';
import { functions } from './template.ts';

const folder = inject('packageFolder');

const artefacts = functions.map(({ name }) => {
  const archive = readFileSync(join(folder, `${name}.zip`));
  const files = filesIn(archive);
  return { name, archive, files, code: files.get(`functions/${name}.cjs`)!.toString() };
});

describe.each(artefacts)('The artefact of $name', ({ name, archive, files, code }) => {
  it('contains the code and the policy, and nothing else', () => {
    expect([...files.keys()].sort()).toEqual([`functions/${name}.cjs`, 'policy.json']);
  });

  it('has at most 200 kB', () => {
    expect(archive.length).toBeLessThanOrEqual(200_000);
  });

  // Each with a text that only it contains.
  it.each([
    ['a YAML parser', 'YAMLParseError'],
    ['messages of zod in other languages', 'Entrada inválida'],
    ['a client of STS', 'AssumeRoleWithWebIdentity'],
    ['a client of SSO', 'GetRoleCredentials'],
    ['a client of instance metadata', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
    ['streams of events', 'HeaderMarshaller'],
    ['an operation that no function uses', 'CreateSipMediaApplicationRequest'],
    ['an error that no used operation has', 'AutomationDefinitionNotFoundException'],
  ])('does not contain %s', (_what, text) => {
    expect(code.includes(text)).toBe(false);
  });

  it('keeps the names of error classes, which Lambda reports', () => {
    expect(code).toContain('"InvalidInputError"');
  });
});

it('Only the functions that read overrides contain the client of Parameter Store', () => {
  const those = artefacts.filter(({ code }) => code.includes('com.amazonaws.ssm')).map(({ name }) => name);
  expect(those.sort()).toEqual(['monitor', 'operate', 'preflight']);
});
