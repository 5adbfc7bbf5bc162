/** The Markdown pages that people read: README.md and docs/. */
import { globSync, readFileSync } from 'node:fs';

export type Page = { readonly file: string; readonly text: string };

export const pages: readonly Page[] = ['README.md', ...globSync('docs/**/*.md').sort()].map((file) => ({
  file,
  text: readFileSync(file, 'utf8'),
}));

export function pageText(file: string): string {
  const page = pages.find((each) => each.file === file);
  if (page === undefined) throw new Error(`${file} is not a page`);
  return page.text;
}

/** Without fenced blocks, in which `#` begins a comment. */
export function proseOf(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
}

/** Every heading in document order, as GitHub makes an anchor of it, before it numbers repeated ones. */
export function anchorsOf(text: string): readonly string[] {
  return [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
