import { describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pageText } from './pages.ts';

const root = join(import.meta.dirname, '../..');

/** The section that leads a stranger from the Lambda handler to the write and the event. */
function walkThrough(): string {
  const [, section = ''] =
    /^## From functions\/monitor to the PUT and the event\n(.*?)^## /ms.exec(pageText('docs/architecture.md')) ?? [];
  return section.trim();
}

function filesNamedIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/`((?:functions|lib)\/[\w/-]+\.ts)`/gu)].map(([, file = '']) => file))];
}

describe('the way through the monitor that docs/architecture.md describes', () => {
  it('leads from the handler to the event in at most 25 lines that name at most 15 files', () => {
    const files = filesNamedIn(walkThrough());
    expect({ first: files[0], last: files.at(-1) }).toEqual({
      first: 'functions/monitor.ts',
      last: 'lib/audit/publish.ts',
    });
    expect(walkThrough().split('\n').length).toBeLessThanOrEqual(25);
    expect(files.length).toBeLessThanOrEqual(15);
  });

  it('names files that exist', () => {
    expect(filesNamedIn(walkThrough()).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
