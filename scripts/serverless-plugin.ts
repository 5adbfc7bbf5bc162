/** What this project adds to the Serverless commands. */
const { stop } = require('esbuild');
const { loadPolicy } = require('../lib/input/policy.ts');

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
    // What the template refers to, CloudFormation resolves in an account that has the stack; a local AWS has none.
    const nameResources = () => {
      const isLocal = serverless.processedInput.commands.join(' ') === 'invoke local';
      if (!isLocal || process.env.AWS_ENDPOINT_URL === undefined) return;
      const { custom, provider } = serverless.service;
      provider.environment.EVENT_BUS_NAME = custom.busName;
      provider.environment.OUTBOX_QUEUE_URL = `${process.env.AWS_ENDPOINT_URL}/000000000000/${custom.recordQueueName}`;
    };
    this.hooks = {
      'before:package:initialize': checkPolicy,
      'before:invoke:local:invoke': checkPolicy,
      // The framework resolves them in a hook that runs before any of a plugin's for that command.
      initialize: nameResources,
      // After an error serverless-esbuild leaves esbuild's service running, and the command would never end.
      error: stop,
    };
  }
};
