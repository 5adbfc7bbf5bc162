/** The `codeVersion` in every event: the package's version and, if git knows it, the commit. */
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');
const { version } = require('../package.json');

function git(...args) {
  return execFileSync('git', args, {
    cwd: join(__dirname, '..'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

module.exports = () => {
  let commit;
  let isChanged;
  try {
    commit = git('rev-parse', '--short=12', 'HEAD');
    isChanged = git('status', '--porcelain') !== '';
  } catch {
    // Neither git nor a repository: an unpacked release.
    return version;
  }
  return `${version}+${commit}${isChanged ? '.changed' : ''}`;
};
