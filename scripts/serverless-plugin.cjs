/** What this project adds to the Serverless commands. */
const { stop } = require('esbuild');
const { loadPolicy } = require('../lib/input/policy.ts');

module.exports = class VoiceConnectorFailover {
  constructor(serverless) {
    // The functions refuse to start with an invalid policy, so it is refused here first.
    const checkPolicy = () => {
      try {
        loadPolicy(serverless.service.custom.policyFile);
      } catch (error) {
        throw new serverless.classes.Error(error.message, 'INVALID_POLICY');
      }
    };
    // CloudFormation resolves the template's references in an account that contains the stack; a local AWS contains none.
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
      // For that command the framework resolves the environment before any later hook of a plugin runs.
      initialize: nameResources,
      // After an error serverless-esbuild does not stop esbuild's service, and the command would never end.
      error: stop,
    };
  }
};
