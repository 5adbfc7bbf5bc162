/**
 * The filter patterns for JSON log events that are used here: comparisons of strings, joined by `&&` and `||`.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import type { AwsError } from './errors.ts';

type Matches = (value: unknown) => boolean;

const tokenPattern = /\s*(&&|\|\||[(){}=]|!=|"(?:[^"\\]|\\.)*"|\$(?:\.\w+)+)/y;

/** AWS's limit. */
const maxLength = 1024;

/**
 * Whether a message matches; an empty pattern matches every message, and a message that is not JSON matches no other.
 *
 * @throws the error made by `refuse` for a pattern of another kind
 */
export function matcherOf(pattern: string, refuse: (message: string) => AwsError): (message: string) => boolean {
  if (pattern.trim() === '') return () => true;
  if (pattern.length > maxLength) throw refuse(`filterPattern must have at most ${maxLength} characters`);
  const matches = new Parser(pattern, refuse).parse();
  return (message) => {
    const value = parsedJson(message);
    return value !== undefined && matches(value);
  };
}

function parsedJson(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined; // Lambda's START, END and REPORT lines.
  }
}

/** `expression := all ('||' all)*`, `all := one ('&&' one)*`, `one := '(' expression ')' | selector ('=' | '!=') string`. */
class Parser {
  readonly #tokens: readonly string[];
  readonly #refuse: (message: string) => AwsError;
  #place = 0;

  constructor(pattern: string, refuse: (message: string) => AwsError) {
    this.#refuse = refuse;
    this.#tokens = this.#tokensOf(pattern);
  }

  parse(): Matches {
    this.#take('{');
    const matches = this.#anyOf();
    this.#take('}');
    if (this.#place < this.#tokens.length) throw this.#refusal();
    return matches;
  }

  #tokensOf(pattern: string): readonly string[] {
    const tokens: string[] = [];
    const text = pattern.trimEnd();
    for (let at = 0; at < text.length;) {
      tokenPattern.lastIndex = at;
      const [whole = '', token] = tokenPattern.exec(text) ?? [];
      if (token === undefined) throw this.#refusal(text.slice(at, at + 20));
      tokens.push(token);
      at += whole.length;
    }
    return tokens;
  }

  #anyOf(): Matches {
    const choices = [this.#allOf()];
    while (this.#isNext('||')) choices.push(this.#allOf());
    return (value) => choices.some((matches) => matches(value));
  }

  #allOf(): Matches {
    const parts = [this.#one()];
    while (this.#isNext('&&')) parts.push(this.#one());
    return (value) => parts.every((matches) => matches(value));
  }

  #one(): Matches {
    if (this.#isNext('(')) {
      const inner = this.#anyOf();
      this.#take(')');
      return inner;
    }
    const selector = this.#next((token) => token.startsWith('$.'));
    const operator = this.#next((token) => token === '=' || token === '!=');
    const wanted = wildcard(this.#next((token) => token.startsWith('"')).slice(1, -1));
    const path = selector.slice(2).split('.');
    return (value) => {
      const found = path.reduce<unknown>(
        (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
        value,
      );
      return typeof found === 'string' && wanted.test(found) === (operator === '=');
    };
  }

  #isNext(token: string): boolean {
    if (this.#tokens[this.#place] !== token) return false;
    this.#place += 1;
    return true;
  }

  #take(token: string): void {
    if (!this.#isNext(token)) throw this.#refusal();
  }

  #next(isWanted: (token: string) => boolean): string {
    const token = this.#tokens[this.#place];
    if (token === undefined || !isWanted(token)) throw this.#refusal();
    this.#place += 1;
    return token;
  }

  #refusal(near = this.#tokens[this.#place] ?? 'its end'): AwsError {
    return this.#refuse(`Invalid filter pattern, near ${near}: the local AWS has comparisons of strings only`);
  }
}

/** `*` stands for any characters. */
function wildcard(text: string): RegExp {
  const parts = text.replaceAll(/\\(.)/g, '$1').split('*');
  return new RegExp(
    `^${parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join('.*')}$`,
    's',
  );
}
