import { describe, expect, it } from 'vitest';
import { withErrorsOfParameters, withLiteralKeys } from '../../scripts/esbuild-plugins.ts';

describe("The shapes of the SDK's operations", () => {
  it('get literal keys', () => {
    expect(withLiteralKeys('const _h = "http";\nexport var Get$ = [9, n0, _G, { [_h]: ["GET", "/", 200] }];')).toBe(
      'const _h = "http";\nexport var Get$ = [9, n0, _G, { "http": ["GET", "/", 200] }];',
    );
  });

  it('keep a key that is not a constant text of the module', () => {
    const module = 'let _h = "http";\nconst _n = 1;\nexport var Get$ = { [_h]: 1, [_n]: 2, [_i]: 3 };';
    expect(withLiteralKeys(module)).toBe(module);
  });
});

describe("The SDK's errors of Systems Manager", () => {
  const module =
    'n0_registry.registerError(ParameterNotFound$, ParameterNotFound);\nn0_registry.registerError(InvalidDocument$, InvalidDocument);';

  it('are kept where Parameter Store answers with them', () => {
    expect(withErrorsOfParameters('node_modules/@aws-sdk/client-ssm/dist-es/schemas/schemas_0.js', module)).toBe(
      'n0_registry.registerError(ParameterNotFound$, ParameterNotFound);\n',
    );
  });

  it('are all kept in other clients', () => {
    expect(withErrorsOfParameters('node_modules/@aws-sdk/client-sqs/dist-es/schemas/schemas_0.js', module)).toBe(
      module,
    );
  });
});
