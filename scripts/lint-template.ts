/** Runs cfn-lint on the packaged templates. Fails on any finding, and also if cfn-lint is not installed. */
import { spawnSync } from 'node:child_process';

const folder = '.serverless';
const templates = ['create', 'update'].map((step) => `${folder}/cloudformation-template-${step}-stack.json`);
// The Regions that the README deploys to: a resource that a Region does not support is a finding.
const regions = ['us-east-1', 'us-west-2'];

const { error, status } = spawnSync('cfn-lint', ['--regions', ...regions, '--', ...templates], { stdio: 'inherit' });
if (error !== undefined) {
  console.error(`The templates were NOT checked: cfn-lint could not be run (${error.message}). pip install cfn-lint`);
} else if (status === 0) {
  console.log(`cfn-lint found nothing in ${templates.join(' and ')}.`);
}
process.exitCode = status ?? 1;
