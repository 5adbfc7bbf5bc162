/** Has cfn-lint judge the packaged templates. Fails on any finding, and where cfn-lint is not installed: nothing was judged then. */
import { spawnSync } from 'node:child_process';

const folder = '.serverless';
const templates = ['create', 'update'].map((step) => `${folder}/cloudformation-template-${step}-stack.json`);
// Where the README deploys it. What a Region does not have is a finding too.
const regions = ['us-east-1', 'us-west-2'];

const { error, status } = spawnSync('cfn-lint', ['--regions', ...regions, '--', ...templates], { stdio: 'inherit' });
if (error !== undefined) {
  console.error(`The templates were NOT judged: cfn-lint could not be run (${error.message}). pip install cfn-lint`);
} else if (status === 0) {
  console.log(`cfn-lint has no finding in ${templates.join(' and ')}.`);
}
process.exitCode = status ?? 1;
