import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as environments from '../../lib/input/environment.ts';
import { functions, resolved } from './template.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const read: Readonly<Record<string, (variables: Variables) => unknown>> = environments;

/** What a function's schema looks at, found by letting it look. */
function variablesReadBy(environment: (variables: Variables) => unknown): readonly string[] {
  const names = new Set<string>();
  const watched = new Proxy<Variables>(
    {},
    {
      get: (_target, name) => {
        names.add(String(name));
        return undefined;
      },
    },
  );
  expect(() => environment(watched)).toThrow(/the environment of the function/);
  return [...names].sort();
}

/** Lambda sets them itself, and forbids them in a template. */
const setByLambda = ['AWS_REGION', 'AWS_LAMBDA_FUNCTION_NAME'];

/** Read by the logger. */
const readByPowertools = ['POWERTOOLS_LOG_LEVEL', 'POWERTOOLS_SERVICE_NAME'];

describe.each(functions.map((each) => [each.name, each] as const))('The function %s', (name, { variables }) => {
  const environment = read[`${name}Environment`]!;

  it('is given exactly the variables that its code reads, and those of the logger', () => {
    const fromCode = variablesReadBy(environment);
    expect(fromCode).toEqual(expect.arrayContaining(setByLambda));
    expect(Object.keys(variables).sort()).toEqual(
      [...fromCode.filter((each) => !setByLambda.includes(each)), ...readByPowertools].sort(),
    );
  });

  it('accepts the values it is given', () => {
    const byLambda = { AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: `voice-connector-failover-dev-${name}` };
    expect(() => environment({ ...(resolved(variables) as Variables), ...byLambda })).not.toThrow();
  });
});

describe('The code', () => {
  it('has an environment for each function, and reads variables nowhere else', () => {
    expect(Object.keys(environments).sort()).toEqual(functions.map(({ name }) => `${name}Environment`).sort());
    const uses = globSync('{lib,functions}/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/.*process\.env\b.*/g)].map(([line]) => `${file}: ${line}`),
    );
    expect(uses.sort()).toEqual(
      functions.map(({ name }) => `functions/${name}.ts: const environment = ${name}Environment(process.env);`).sort(),
    );
  });
});
