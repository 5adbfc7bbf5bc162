/** What documents policy.yml, made from lib/input/policy-fields.ts: the comments of the file and the tables of docs/policy.md. */
import { format } from 'prettier';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { policyFields, type PolicyField } from '../lib/input/policy-fields.ts';
import { formatMinimum, inequalities } from '../lib/input/policy-rules.ts';
import { table, withTables } from './generated-tables.ts';

const commentWidth = 110;

function wrapped(text: string): string {
  const lines = [''];
  for (const part of text.split(' ')) {
    const line = `${lines.at(-1) ?? ''} ${part}`;
    if (line.length > commentWidth) lines.push(` ${part}`);
    else lines[lines.length - 1] = line;
  }
  return lines.join('\n');
}

function minimaOf(name: string): readonly string[] {
  return inequalities.filter(({ left }) => left === name).map(formatMinimum);
}

function allowed({ name, range }: PolicyField): string {
  const minima = minimaOf(name);
  return minima.length === 0 ? range : `${range}, at least ${minima.join(' and ')}`;
}

function defaultText(usual: Exclude<PolicyField['default'], undefined>): string {
  return typeof usual === 'object' ? 'none' : String(usual);
}

function commentOf(field: PolicyField): string {
  const { meaning, unit, default: usual, raising } = field;
  const facts = [
    `Allowed: ${allowed(field)}.`,
    ...(unit === undefined ? [] : [`Unit: ${unit}.`]),
    ...(usual === undefined ? [] : [`Default: ${defaultText(usual)}.`]),
  ];
  return [meaning, unit === undefined ? raising : `Higher: ${raising}`, facts.join(' ')].map(wrapped).join('\n');
}

const example = ` groups:
   - group: main-line
     mode: enforce
     preferredOrder: [abcdef1ghij2klmno3pqr4, stuvwx5yzabc6defgh7ijk8]
     failback: auto
     drill: { day: tue, from: '03:00', until: '05:00', minutes: 15 }
     maintenance: [{ day: sun, from: '02:00', until: '04:00', timeZone: Europe/Berlin, reason: carrier maintenance }]
     tuning: { riseMinutes: 15 }`;

function groupsComment(): string {
  const intro =
    'A group by its id or its name, with the settings in which it differs from `defaults`. Two settings stand only here:';
  const own = policyFields
    .filter(({ name }) => name === 'preferredOrder' || name === 'drill')
    .map((field) => `${wrapped(`${field.name}:`)}\n${commentOf(field)}`);
  return [wrapped(intro), ...own, ' Example:', example].join('\n');
}

function commentFor(key: string): string | undefined {
  const field = policyFields.find(({ name }) => name === key);
  return key === 'groups' ? groupsComment() : field && commentOf(field);
}

/** @returns the text of a policy file with its values as they are and the comments as the list of settings has them */
export async function withComments(policyFile: string): Promise<string> {
  const document = parseDocument(policyFile);
  visit(document, {
    Pair(place, { key }, path) {
      if (!isScalar(key)) return;
      key.spaceBefore = place !== 0;
      const comment = commentFor(String(key.value));
      if (comment === undefined) return;
      key.commentBefore = comment;
      const map = path.at(-1);
      // The parser takes a comment above the first key for the map's.
      if (place === 0 && isMap(map)) map.commentBefore = null;
    },
  });
  return format(document.toString({ lineWidth: 0, flowCollectionPadding: false }), { parser: 'yaml' });
}

function fieldTable(group: PolicyField['group']): string {
  const rows = policyFields
    .filter((field) => field.group === group)
    .map((field) => {
      const { name, meaning, unit = '', default: usual, raising } = field;
      return [`\`${name}\``, meaning, unit, allowed(field), usual === undefined ? 'none' : defaultText(usual), raising];
    });
  const effect = group === 'main' ? 'Effect' : 'A higher value';
  return table(['Setting', 'Meaning', 'Unit', 'Allowed', 'Default', effect], rows);
}

function ruleTable(): string {
  const rows = inequalities.map((inequality) => [
    `\`${inequality.left}\``,
    `\`${formatMinimum(inequality)}\``,
    inequality.why,
  ]);
  return table(['Setting', 'At least', 'Because'], rows);
}

/** @returns docs/policy.md with its tables */
export function withPolicyTables(page: string): Promise<string> {
  return withTables(page, { main: fieldTable('main'), tuning: fieldTable('tuning'), rules: ruleTable() });
}
