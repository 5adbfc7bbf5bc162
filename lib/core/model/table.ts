/** Rows as aligned lines for a person. */

/** However long the others, the last column keeps this much. */
const leastLastWidth = 40;

/**
 * Columns as wide as their longest cell, two spaces apart.
 *
 * @param lineWidth where the last column breaks, between words, and goes on below itself. Default: it does not
 */
export function table(rows: readonly (readonly string[])[], lineWidth = Infinity): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: Math.max(0, columns - 1) }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const indent = widths.reduce((sum, width) => sum + width + 2, 0);
  const lastWidth = Math.max(leastLastWidth, lineWidth - indent);
  return rows.flatMap((row) => {
    const before = widths.map((width, column) => `${(row[column] ?? '').padEnd(width)}  `).join('');
    return broken(row[columns - 1] ?? '', lastWidth).map((line, place) =>
      `${place === 0 ? before : ' '.repeat(indent)}${line}`.trimEnd(),
    );
  });
}

/** A word that is longer than a line has one to itself. */
function broken(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width || line === '') {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}
