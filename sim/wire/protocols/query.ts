import type { Protocol } from './protocol.ts';

const namespace = 'http://monitoring.amazonaws.com/doc/2010-08-01/';
const headers = { 'content-type': 'text/xml' };

/** AWS Query: form data in, XML out. CloudWatch clients used it until the end of 2025; AWS CLI 2.9 of Debian still does. */
export function query(operation: string): Protocol {
  return {
    success: (output) => ({
      status: 200,
      headers,
      body: element(
        `${operation}Response`,
        // For a result without members clients expect an empty element, not a missing one.
        element(`${operation}Result`, members(output)),
        ` xmlns="${namespace}"`,
      ),
    }),
    failure: ({ code, httpStatus, message, queryCode = code }) => {
      const error = members({ Type: httpStatus < 500 ? 'Sender' : 'Receiver', Code: queryCode, Message: message });
      return {
        status: httpStatus,
        headers,
        body: element('ErrorResponse', element('Error', error), ` xmlns="${namespace}"`),
      };
    },
  };
}

/** Decodes `A.member.1.B=x` to `{ A: [{ B: 'x' }] }`. Form values are strings; the name shows which are numbers or booleans. */
export function decodeQuery(body: Buffer): unknown {
  const root: Branch = new Map();
  for (const [name, text] of new URLSearchParams(body.toString())) {
    // An empty list is encoded as an empty string.
    if (name !== 'Action' && name !== 'Version' && text !== '') plant(root, name.split('.'), typed(name, text));
  }
  return grown(root);
}

type Branch = Map<string, Branch | Leaf>;
type Leaf = string | number | boolean;

const numbers =
  /(^|\.)(Period|Threshold|EvaluationPeriods|DatapointsToAlarm|MaxRecords|MaxDatapoints|SampleCount|Sum|Minimum|Maximum|(Values|Counts)\.member\.\d+|member\.\d+\.Value)$/;

function typed(name: string, text: string): Leaf {
  if (name.endsWith('.ReturnData') || name === 'ActionsEnabled') return text === 'true';
  // A dimension also has a Value, which is a string.
  if (/Dimensions\.member\.\d+\.Value$/.test(name) || !numbers.test(name)) return text;
  return Number(text);
}

function plant(branch: Branch, [name = '', ...rest]: readonly string[], value: Leaf): void {
  if (rest.length === 0) {
    branch.set(name, value);
    return;
  }
  const known = branch.get(name);
  const next: Branch = known instanceof Map ? known : new Map<string, Branch | Leaf>();
  branch.set(name, next);
  plant(next, rest, value);
}

function grown(value: Branch | Leaf): unknown {
  if (!(value instanceof Map)) return value;
  const list = value.get('member');
  if (value.size === 1 && list instanceof Map) {
    return [...list.entries()].sort(([a], [b]) => Number(a) - Number(b)).map(([, member]) => grown(member));
  }
  return Object.fromEntries([...value.entries()].map(([name, member]) => [name, grown(member)]));
}

function members(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((member) => element('member', members(member))).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => element(name, members(member)))
      .join('');
  }
  return typeof value === 'string' ? escaped(value) : JSON.stringify(value);
}

function element(name: string, content: string, attributes = ''): string {
  return `<${name}${attributes}>${content}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
