/** The framework's `file()` variables cannot load TypeScript; Node's require() can. */
module.exports = require('./code-version.ts').codeVersion;
