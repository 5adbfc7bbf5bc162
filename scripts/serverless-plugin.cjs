/** What this project adds to the Serverless commands. */
const { stop } = require('esbuild');
const { loadPolicy } = require('../lib/policy.ts');

module.exports = class VoiceConnectorFailover {
  constructor(serverless) {
    // A policy that the functions would refuse to start with is refused here first.
    const checkPolicy = () => {
      try {
        loadPolicy(serverless.service.custom.policyFile);
      } catch (error) {
        throw new serverless.classes.Error(error.message, 'INVALID_POLICY');
      }
    };
    this.hooks = {
      'before:package:initialize': checkPolicy,
      'before:invoke:local:invoke': checkPolicy,
      // After an error serverless-esbuild leaves esbuild's service running, and the command would never end.
      error: stop,
    };
  }
};
