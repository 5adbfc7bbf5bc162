/** Formats rows as aligned columns of text. */

/** The last column keeps at least this many characters, however wide the others are. */
const minLastWidth = 40;

/**
 * Columns are as wide as their longest cell, and two spaces apart.
 *
 * @param lineWidth characters; the last column wraps between words there. Default: no wrapping
 */
export function table(rows: readonly (readonly string[])[], lineWidth = Infinity): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: Math.max(0, columns - 1) }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const indent = widths.reduce((sum, width) => sum + width + 2, 0);
  const lastWidth = Math.max(minLastWidth, lineWidth - indent);
  return rows.flatMap((row) => {
    const before = widths.map((width, column) => `${(row[column] ?? '').padEnd(width)}  `).join('');
    return wrap(row[columns - 1] ?? '', lastWidth).map((line, place) =>
      `${place === 0 ? before : ' '.repeat(indent)}${line}`.trimEnd(),
    );
  });
}

/** A word longer than the line gets a line of its own. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(' ')) {
    const longer = line === '' ? part : `${line} ${part}`;
    if (longer.length <= width || line === '') {
      line = longer;
      continue;
    }
    lines.push(line);
    line = part;
  }
  return [...lines, line];
}
