/** The lists and the types of the codes in lib/core/model/code-table.ts. To add a class of codes, add one key to the table. */
import { chapters, meanings, qualifiers, type CodeClass } from './code-table.ts';

export type CodeOf<Class extends CodeClass> = Extract<keyof (typeof meanings)[Class], string>;

function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(table).filter((key): key is Key => Object.hasOwn(table, key));
}

function codesOf<Class extends CodeClass>(codeClass: Class): readonly CodeOf<Class>[] {
  return keysOf<CodeOf<Class>>(meanings[codeClass]);
}

/** Every code, in the order of the table, with the chapter of docs/runbook.md and the anchor of its entry there. */
export const codeTable = keysOf(meanings).flatMap((codeClass, place, classes) => {
  const earlier = classes.slice(0, place).flatMap((other) => Object.keys(meanings[other]));
  return Object.entries<string>(meanings[codeClass]).map(([code, meaning]) => {
    const anchor = earlier.includes(code) ? `${code}-${qualifiers[codeClass] ?? codeClass}` : code;
    return { class: codeClass, code, meaning, chapter: chapters[codeClass], anchor };
  });
});

export type UnknownCause = CodeOf<'unknown'>;
export const unknownCauses = codesOf('unknown');

export type HoldCode = CodeOf<'hold'>;
export const holdCodes = codesOf('hold');

export type RejectionCode = CodeOf<'rejection'>;
export const rejectionCodes = codesOf('rejection');

export const withheldCodes = codesOf('withheld');

export const rejectedCodes = codesOf('rejected');

export const blockedCodes = codesOf('blocked');

export const connectorFindingCodes = codesOf('session');

export const sessionFindingCodes = [...connectorFindingCodes, ...codesOf('session-account')];

export const commandCodes = codesOf('command');

/** Every other refusal of a drill carries the code that would hold the group, or reject the member. */
export const drillRefusalCodes = [...codesOf('drill-refusal'), ...holdCodes, ...rejectionCodes] as const;

export const drillEndCodes = codesOf('drill');

export type ReadinessCheck = CodeOf<'readiness'>;
export const readinessChecks = codesOf('readiness');

/** What an operator may override by name, with `force`. Nothing overrides that a write only reorders and that a recheck precedes it. */
export const forcibleRules = [
  'paused',
  'pinned',
  'drill',
  'override-unparseable',
  'override-unreadable',
  ...rejectionCodes,
] as const satisfies readonly (HoldCode | RejectionCode)[];
export type ForcibleRule = (typeof forcibleRules)[number];
