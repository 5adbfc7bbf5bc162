/** Finds the words of {@link dialect.ts} in the text of a file. */
import ts from 'typescript';
import { identifierPartRules, identifierRules, proseRules } from './dialect.ts';

export type Finding = {
  readonly file: string;
  /** Counted from 1; 0 stands for the file's own name. */
  readonly line: number;
  readonly found: string;
  readonly instead: string;
};

type Match = { readonly offset: number; readonly found: string; readonly instead: string };

/** White space, or the line break and the comment marker inside a wrapped comment. */
const gap = String.raw`\s+(?:(?:\*|//|#+|>)\s+)?`;

function expression(pattern: string, flags: string): RegExp {
  return new RegExp(String.raw`(?<![\w$@])(?:${pattern})(?![\w$])`, flags);
}

const isEnglish = /^[A-Z]?[a-z]+$/;

const expressions = [
  ...proseRules.map(({ pattern, instead }) => ({
    matcher: expression(pattern.replaceAll(' ', gap), 'giu'),
    instead,
  })),
  ...identifierRules.map(({ identifiers, instead }) => ({
    matcher: expression(identifiers.filter((name) => !isEnglish.test(name)).join('|') || '[]', 'gu'),
    instead,
  })),
];

const insteadOfName = new Map(
  identifierRules.flatMap(({ identifiers, instead }) => identifiers.map((name) => [name, instead])),
);
const insteadOfPart = new Map(
  identifierPartRules.flatMap(({ parts, instead }) => parts.map((part) => [part, instead])),
);

/** All findings in one file, in the order of the text. A word that two rules find at the same place is reported once. */
export function findDialect(file: string, text: string): readonly Finding[] {
  const inText = [...matchesOf(text), ...(isCode(file) ? identifierMatchesOf(file, text) : [])];
  const firstAt = new Map(inText.toReversed().map((match) => [match.offset, match]));
  const lineOf = lineCounter(text);
  return [
    ...matchesOf(file.replaceAll(/[-_/.]/g, ' ')).map(({ found, instead }) => ({ file, line: 0, found, instead })),
    ...[...firstAt.values()]
      .toSorted((left, right) => left.offset - right.offset)
      .map(({ offset, found, instead }) => ({ file, line: lineOf(offset), found, instead })),
  ];
}

function matchesOf(text: string): readonly Match[] {
  return expressions.flatMap(({ matcher, instead }) =>
    [...text.matchAll(matcher)].map(({ 0: found, index: offset }) => ({
      offset,
      found: found.replaceAll(/\s+/g, ' '),
      instead,
    })),
  );
}

function isCode(file: string): boolean {
  return /\.[cm]?[jt]s$/.test(file);
}

/** Identifiers as the compiler sees them, so that neither strings nor comments count. */
function identifierMatchesOf(file: string, text: string): readonly Match[] {
  const matches: Match[] = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
      const name = node.text.replace('#', '');
      const offset = node.getStart(source) + node.text.length - name.length;
      const instead = insteadOfName.get(name) ?? partsOf(name).flatMap((part) => insteadOfPart.get(part) ?? [])[0];
      if (instead !== undefined) matches.push({ offset, found: name, instead });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return matches;
}

function partsOf(identifier: string): readonly string[] {
  return (identifier.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []).map((part) => part.toLowerCase());
}

function lineCounter(text: string): (offset: number) => number {
  const breaks = [...text.matchAll(/\n/g)].map(({ index }) => index);
  return (offset) => breaks.filter((at) => at < offset).length + 1;
}
