/** EventBridge: the rule that runs the monitor every minute as long as something is going on. */
import { DisableRuleCommand, EnableRuleCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Problem } from '../core/model/outcome.ts';
import type { MinuteRulePort } from '../write-ports.ts';
import { limited } from './client.ts';
import { refusalOf } from './refusal.ts';

/** Both requests may be repeated: they set a state. */
export class MinuteRule implements MinuteRulePort {
  readonly name: string;
  readonly #client: EventBridgeClient;

  constructor({ client, name }: { readonly client: EventBridgeClient; readonly name: string }) {
    this.#client = client;
    this.name = name;
  }

  enable(signal: AbortSignal): Promise<Problem | undefined> {
    const doing = `enabling the rule ${this.name}, so that the monitor runs every minute`;
    return this.#set(new EnableRuleCommand({ Name: this.name }), doing, signal);
  }

  disable(signal: AbortSignal): Promise<Problem | undefined> {
    const doing = `disabling the rule ${this.name}: the monitor goes on to run every minute`;
    return this.#set(new DisableRuleCommand({ Name: this.name }), doing, signal);
  }

  async #set(
    command: EnableRuleCommand | DisableRuleCommand,
    doing: string,
    signal: AbortSignal,
  ): Promise<Problem | undefined> {
    try {
      await this.#client.send(command, limited(signal));
      return undefined;
    } catch (error) {
      return { doing, message: refusalOf(error).message };
    }
  }
}
