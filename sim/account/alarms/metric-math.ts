/**
 * Metric math, as far as the alarms of this project use it: numbers, the ids of other queries, `+ - * / ^` and parentheses.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
import { validationError } from '../cloudwatch/metric-query.ts';

/** The value of an expression in one period; undefined where one of its metrics has no datapoint. */
export type Evaluate = (valueOf: (id: string) => number | undefined) => number | undefined;

export type Expression = { readonly evaluate: Evaluate; readonly ids: ReadonlySet<string> };

type Operator = { readonly precedence: number; readonly apply: (left: number, right: number) => number };

const operators: ReadonlyMap<string, Operator> = new Map([
  ['+', { precedence: 1, apply: (left: number, right: number) => left + right }],
  ['-', { precedence: 1, apply: (left: number, right: number) => left - right }],
  ['*', { precedence: 2, apply: (left: number, right: number) => left * right }],
  ['/', { precedence: 2, apply: (left: number, right: number) => left / right }],
  ['^', { precedence: 3, apply: (left: number, right: number) => left ** right }],
]);

/** @throws ValidationError for what is not metric math, and for functions, which are not simulated */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  const evaluate = parser.expression(0);
  parser.requireEnd();
  return { evaluate, ids: parser.ids };
}

class Parser {
  readonly ids = new Set<string>();
  readonly #text: string;
  readonly #tokens: readonly string[];
  #place = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/\d+(?:\.\d+)?|[a-z]\w*|[A-Z_]+|\S/g) ?? [];
  }

  /** Of operators that bind more tightly than `above`. */
  expression(above: number): Evaluate {
    let left = this.#operand();
    for (;;) {
      const operator = operators.get(this.#tokens[this.#place] ?? '');
      if (operator === undefined || operator.precedence <= above) return left;
      this.#place += 1;
      left = applied(operator, left, this.expression(operator.precedence));
    }
  }

  requireEnd(): void {
    const token = this.#tokens[this.#place];
    if (token !== undefined) throw this.#refusal(`'${token}' is not expected there, or is not simulated here`);
  }

  #operand(): Evaluate {
    const token = this.#tokens[this.#place] ?? '';
    this.#place += 1;
    if (/^\d/.test(token)) return () => Number(token);
    if (/^[a-z]/.test(token)) {
      this.ids.add(token);
      return (valueOf) => valueOf(token);
    }
    if (token === '-') return applied({ precedence: 2, apply: (_, right) => -right }, () => 0, this.expression(2));
    if (token !== '(') throw this.#refusal(`'${token}' is not expected there, or is not simulated here`);
    const inner = this.expression(0);
    if (this.#tokens[this.#place] !== ')') throw this.#refusal('a ) is missing');
    this.#place += 1;
    return inner;
  }

  #refusal(reason: string) {
    return validationError(`Error in expression '${this.#text}': ${reason}.`);
  }
}

function applied({ apply }: Operator, left: Evaluate, right: Evaluate): Evaluate {
  return (valueOf) => {
    const [one, other] = [left(valueOf), right(valueOf)];
    const value = one === undefined || other === undefined ? undefined : apply(one, other);
    // CloudWatch has no datapoint where a division by zero gives no number.
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  };
}
