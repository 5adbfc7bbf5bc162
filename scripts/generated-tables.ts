/** Tables of a page that are made from the code. */
import { format } from 'prettier';

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** @returns the page with its tables replaced; each stands between `<!-- generated: name -->` and `<!-- end -->` */
export async function withTables(page: string, tables: Readonly<Record<string, string>>): Promise<string> {
  const filled = Object.entries(tables).reduce(
    (text, [name, made]) =>
      text.replace(
        new RegExp(`(<!-- generated: ${name} -->\n).*?(<!-- end -->)`, 's'),
        (_, begin: string, end: string) => `${begin}\n${made}\n\n${end}`,
      ),
    page,
  );
  return format(filled, { parser: 'markdown' });
}
