/** What is told of every event as `codeVersion`: the package's version and, where git knows it, the commit. */
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');
const { version } = require('../package.json');

const git = (...args) =>
  execFileSync('git', args, {
    cwd: join(__dirname, '..'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

module.exports = () => {
  let commit;
  let isChanged;
  try {
    commit = git('rev-parse', '--short=12', 'HEAD');
    isChanged = git('status', '--porcelain') !== '';
  } catch {
    return version; // No git, or no repository: a release that was unpacked.
  }
  return `${version}+${commit}${isChanged ? '.changed' : ''}`;
};
