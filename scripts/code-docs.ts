/** The table of docs/codes.md, made from lib/core/model/code-table.ts. */
import { codeTable } from '../lib/core/model/codes.ts';
import { table, withTables } from './generated-tables.ts';

/** @returns docs/codes.md with its table */
export function withCodeTable(page: string): Promise<string> {
  const rows = codeTable.map(({ code, chapter, meaning, anchor }) => [
    `[\`${code}\`](runbook.md#${anchor})`,
    chapter,
    meaning,
  ]);
  return withTables(page, { codes: table(['Code', 'Chapter of the runbook', 'Meaning'], rows) });
}
