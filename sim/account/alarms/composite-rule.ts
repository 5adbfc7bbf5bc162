/**
 * The rule of a composite alarm: `ALARM("name") OR (OK(other) AND NOT ALARM(third))`. Names may be ARNs.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
import { validationError } from '../cloudwatch/metric-query.ts';
import type { AlarmState } from './evaluation.ts';

export type CompositeRule = {
  readonly isMet: (stateOf: (alarmName: string) => AlarmState | undefined) => boolean;
  readonly alarmNames: ReadonlySet<string>;
};

type Condition = CompositeRule['isMet'];

/** @throws ValidationError for a rule that cannot be parsed */
export function parseCompositeRule(text: string): CompositeRule {
  const parser = new Parser(text);
  const isMet = parser.either();
  parser.requireEnd();
  return { isMet, alarmNames: parser.alarmNames };
}

class Parser {
  readonly alarmNames = new Set<string>();
  #rest: string;

  constructor(text: string) {
    this.#rest = text.trim();
  }

  either(): Condition {
    let left = this.#both();
    while (this.#take(/^OR\b/i) !== undefined) {
      const [one, other] = [left, this.#both()];
      left = (stateOf) => one(stateOf) || other(stateOf);
    }
    return left;
  }

  requireEnd(): void {
    if (this.#rest !== '') throw this.#refusal();
  }

  #both(): Condition {
    let left = this.#one();
    while (this.#take(/^AND\b/i) !== undefined) {
      const [one, other] = [left, this.#one()];
      left = (stateOf) => one(stateOf) && other(stateOf);
    }
    return left;
  }

  #one(): Condition {
    if (this.#take(/^NOT\b/i) !== undefined) {
      const inner = this.#one();
      return (stateOf) => !inner(stateOf);
    }
    if (this.#take(/^\(/) !== undefined) {
      const inner = this.either();
      if (this.#take(/^\)/) === undefined) throw this.#refusal();
      return inner;
    }
    const constant = this.#take(/^(TRUE|FALSE)\b/i)?.[1];
    if (constant !== undefined) return () => constant.toUpperCase() === 'TRUE';
    const [, state, quoted, bare = ''] =
      this.#take(/^(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|([^\s()"]+))\s*\)/i) ?? [];
    if (state === undefined) throw this.#refusal();
    const alarmName = (quoted ?? bare).replace(/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/, '');
    this.alarmNames.add(alarmName);
    return (stateOf) => stateOf(alarmName) === state.toUpperCase();
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.#rest) ?? undefined;
    if (found !== undefined) this.#rest = this.#rest.slice(found[0].length).trim();
    return found;
  }

  #refusal() {
    return validationError(`AlarmRule is not valid at: ${this.#rest.slice(0, 50)}`);
  }
}
