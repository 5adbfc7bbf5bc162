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

  async enable(signal: AbortSignal): Promise<Problem | undefined> {
    try {
      await this.#client.send(new EnableRuleCommand({ Name: this.name }), limited(signal));
      return undefined;
    } catch (error) {
      return {
        doing: `enabling the rule ${this.name}, so that the monitor runs every minute`,
        message: refusalOf(error).message,
      };
    }
  }

  async disable(signal: AbortSignal): Promise<Problem | undefined> {
    try {
      await this.#client.send(new DisableRuleCommand({ Name: this.name }), limited(signal));
      return undefined;
    } catch (error) {
      return {
        doing: `disabling the rule ${this.name}: the monitor goes on to run every minute`,
        message: refusalOf(error).message,
      };
    }
  }
}
