/** A Serverless plugin that refuses to build with a policy the functions would refuse to start with. */
const { loadPolicy } = require('../lib/policy.ts');

module.exports = class CheckPolicy {
  constructor(serverless) {
    const check = () => {
      try {
        loadPolicy(serverless.service.custom.policyFile);
      } catch (error) {
        throw new serverless.classes.Error(error.message, 'INVALID_POLICY');
      }
    };
    this.hooks = { 'before:package:initialize': check, 'before:invoke:local:invoke': check };
  }
};
