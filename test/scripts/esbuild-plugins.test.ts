import { describe, expect, it } from 'vitest';
import { withLiteralKeys } from '../../scripts/esbuild-plugins.ts';

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
