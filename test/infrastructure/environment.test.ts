import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as environments from '../../lib/input/environment.ts';
import { functions, resolved } from './template.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const environmentReaders: Readonly<Record<string, (variables: Variables) => unknown>> = environments;

/** The variables that a function's schema reads, recorded by a proxy. */
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

/** Lambda sets these itself and rejects a template that sets them. */
const setByLambda = ['AWS_REGION', 'AWS_LAMBDA_FUNCTION_NAME'];

/** The packaged template has `wake: schedule`: test/infrastructure/wake.test.ts is about the other. */
const setWithAlarms = ['MINUTE_RULE_NAME', 'WAKE_ALARM_PREFIX'];

/** The logger reads these. */
const readByPowertools = ['POWERTOOLS_LOG_LEVEL', 'POWERTOOLS_SERVICE_NAME'];

describe.each(functions.map((each) => [each.name, each] as const))('The function %s', (name, { variables }) => {
  const environment = environmentReaders[`${name}Environment`]!;

  it('has exactly the variables that its code and the logger read', () => {
    const fromCode = variablesReadBy(environment);
    expect(fromCode).toEqual(expect.arrayContaining(setByLambda));
    expect(Object.keys(variables).sort()).toEqual(
      [...fromCode.filter((each) => ![...setByLambda, ...setWithAlarms].includes(each)), ...readByPowertools].sort(),
    );
  });

  it('accepts the values in the template', () => {
    const byLambda = { AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: `voice-connector-failover-dev-${name}` };
    expect(() => environment({ ...(resolved(variables) as Variables), ...byLambda })).not.toThrow();
  });
});

describe('The code', () => {
  it('reads the environment of each function in one place', () => {
    // The last two are only in the templates of stages with shards or with a bucket for reports.
    const names = [...functions.map(({ name }) => name), 'lister', 'report'];
    expect(Object.keys(environments).sort()).toEqual(names.map((name) => `${name}Environment`).sort());
    const uses = globSync('{lib,functions}/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/.*process\.env\b.*/g)].map(([line]) => `${file}: ${line}`),
    );
    expect(uses.sort()).toEqual(
      names.map((name) => `functions/${name}.ts: const environment = ${name}Environment(process.env);`).sort(),
    );
  });
});
