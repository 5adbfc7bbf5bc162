/** `npm run policy-docs` writes the comments of policy.yml and the tables of docs/policy.md; values stay as they are. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withComments, withTables } from './policy-docs.ts';

for (const [file, documented] of [
  ['policy.yml', withComments],
  ['docs/policy.md', withTables],
] as const) {
  const path = `${import.meta.dirname}/../${file}`;
  writeFileSync(path, await documented(readFileSync(path, 'utf8')));
}
