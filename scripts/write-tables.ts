/** `npm run tables` writes the tables of docs/ and the comments of policy.yml; values stay as they are. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withCodeTable } from './code-docs.ts';
import { deployerPolicyFile, withAlertTables, withDeployerTable, withStageTable } from './deployment-docs.ts';
import { withComments, withPolicyTables } from './policy-docs.ts';

for (const [file, documented] of [
  ['policy.yml', withComments],
  ['docs/policy.md', withPolicyTables],
  ['docs/codes.md', withCodeTable],
  ['docs/settings.md', withStageTable],
  ['docs/alerts.md', withAlertTables],
  ['docs/deploy.md', withDeployerTable],
  ['docs/deployer-policy.json', deployerPolicyFile],
] as const) {
  const path = `${import.meta.dirname}/../${file}`;
  writeFileSync(path, await documented(readFileSync(path, 'utf8')));
}
