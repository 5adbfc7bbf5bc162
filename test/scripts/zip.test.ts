import { describe, expect, it } from 'vitest';
import { archiveOf, filesIn } from '../../scripts/zip.ts';

const files = new Map([
  ['policy.json', Buffer.from('{}')],
  ['functions/monitor.cjs', Buffer.from('exports.handler = () => {};\n'.repeat(1000))],
  ['empty.txt', Buffer.alloc(0)],
]);

describe('A ZIP archive', () => {
  it('contains the files that it was made of', () => {
    expect(filesIn(archiveOf(files))).toEqual(files);
  });

  it('is the same whenever it is made', () => {
    expect(archiveOf(files)).toEqual(archiveOf(files));
  });

  it('is refused if it is something else', () => {
    expect(() => filesIn(Buffer.alloc(30))).toThrow('not a ZIP archive');
  });
});
