/** Takes the command lines out of fenced `sh` and `bash` blocks, and a command line apart. */

export type CommandLine = {
  /** One command: continued lines are joined, and `a && b` is two command lines. */
  readonly text: string;
  /** Variables that earlier `export` lines of the same block set. */
  readonly exported: Readonly<Record<string, string>>;
};

export type ParsedCommand = {
  /** Variables that are set before the command's name: `NAME=value command`. */
  readonly assigned: Readonly<Record<string, string>>;
  readonly tokens: readonly string[];
};

/** One token of a shell: quoted parts and anything else without a space. */
const tokenPattern = /(?:'[^']*'|"(?:\\.|[^"\\])*"|\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\\.|[^\s'"\\])+/g;

/** Also from blocks that are indented, as in a list. */
export function commandLinesIn(markdown: string): readonly CommandLine[] {
  return [...markdown.matchAll(/^( *)```(?:sh|bash|shell|console)\n([\s\S]*?)^\1```$/gm)].flatMap(([, , block = '']) =>
    commandsOf(block),
  );
}

function commandsOf(block: string): readonly CommandLine[] {
  const exported: Record<string, string> = {};
  return block
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .flatMap(commandsOfLine)
    .map((text) => {
      const command = { text, exported: { ...exported } };
      if (text.startsWith('export ')) Object.assign(exported, parseCommand(text.slice('export '.length)).assigned);
      return command;
    });
}

function commandsOfLine(line: string): readonly string[] {
  const tokens: readonly string[] = line.match(tokenPattern) ?? [];
  const comment = tokens.findIndex((token) => token.startsWith('#'));
  const commands: string[][] = [[]];
  for (const token of comment === -1 ? tokens : tokens.slice(0, comment)) {
    if (token === '&&') commands.push([]);
    else commands.at(-1)?.push(token);
  }
  return commands.map((command) => command.join(' ')).filter((text) => text !== '');
}

export function parseCommand(text: string): ParsedCommand {
  const tokens: readonly string[] = text.match(tokenPattern) ?? [];
  const first = tokens.findIndex((token) => !/^[A-Z_]+=/.test(token));
  const count = first === -1 ? tokens.length : first;
  const assigned = tokens.slice(0, count).map((token) => {
    const [name = '', ...value] = token.split('=');
    return [name, unquoted(value.join('='))] as const;
  });
  return { assigned: Object.fromEntries(assigned), tokens: tokens.slice(count).map(unquoted) };
}

function unquoted(token: string): string {
  return token.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"/g,
    (_, single?: string, double = '') => single ?? String(double).replaceAll(/\\(.)/g, '$1'),
  );
}
