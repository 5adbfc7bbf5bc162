/** Reads a history from a CSV or a JSON file, and writes one. docs/backtest.md describes both. */
import { createReadStream, createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { parse as csvParser } from 'csv-parse';
import * as z from 'zod';
import { slotMs } from '../lib/core/judge/past-calls.ts';
import { minuteMs } from '../lib/core/model/time.ts';
import { InvalidInputError, parse } from '../lib/input/validation.ts';
import { accountSchema, historySchema, isoTime, toAccountFile } from './account-file.ts';
import { HistoryRows, keyColumns } from './history-rows.ts';
import { History, historyMetrics, type Resolution } from './history.ts';

export type ReadOptions = { readonly allowsGaps: boolean };

/** @throws InvalidInputError with every problem: the row, the value and what is allowed */
export function readHistory(file: string, options: ReadOptions): Promise<History> {
  return file.endsWith('.json') ? Promise.resolve(readJson(file, options)) : readCsv(file, options);
}

/** `history.csv` → `history.account.json` */
export function accountFileOf(file: string): string {
  return file.replace(/\.csv$/, '') + '.account.json';
}

function readJson(file: string, options: ReadOptions): History {
  const { account, rows: raw } = parse(historySchema, jsonOf(file), file);
  const history = new History(account);
  const rows = new HistoryRows(file, history, options);
  raw.forEach((fields, place) => {
    rows.add({ row: place + 1, fields });
  });
  rows.finish();
  return history;
}

function jsonOf(file: string): unknown {
  const text = textOf(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError(file, [`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
}

function textOf(file: string): string {
  if (!existsSync(file)) throw new InvalidInputError(file, ['Expected a readable file, there is none']);
  return readFileSync(file, 'utf8');
}

const record = z.object({ record: z.record(z.string(), z.unknown()), info: z.object({ lines: z.number() }) });

/** Row by row, so that the text of a long history is never in memory as a whole. */
async function readCsv(file: string, options: ReadOptions): Promise<History> {
  textOf(accountFileOf(file));
  const history = new History(parse(accountSchema, jsonOf(accountFileOf(file)), accountFileOf(file)));
  if (!existsSync(file)) throw new InvalidInputError(file, ['Expected a readable file, there is none']);
  const rows = new HistoryRows(file, history, options);
  const parser = csvParser({
    columns: (header: string[]) => checkedHeader(header, rows),
    bom: true,
    info: true,
    trim: true,
  });
  const source = createReadStream(file);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const raw of parser) {
      const { record: fields, info } = record.parse(raw);
      rows.add({ row: info.lines, fields });
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))) throw error;
    throw new InvalidInputError(file, [`not CSV: ${error.message}`]);
  } finally {
    source.destroy();
  }
  rows.finish();
  return history;
}

/** A column that is not known is one problem, not one of every row. */
function checkedHeader(header: readonly string[], rows: HistoryRows): (string | undefined)[] {
  const known: readonly string[] = [...keyColumns, ...historyMetrics];
  for (const name of ['time', 'voiceConnectorId']) {
    if (!header.includes(name)) rows.problem(1, `Expected a column ${name}, got ${header.slice(0, 30).join(', ')}`);
  }
  return header.map((name, place) => {
    if (header.indexOf(name) !== place) rows.problem(1, `a second column ${name}`);
    if (known.includes(name)) return name;
    rows.problem(1, `${JSON.stringify(name.slice(0, 60))} is not a known column: Expected ${known.join(', ')}`);
    return undefined;
  });
}

/** Writes `file` and, beside a CSV file, its account. */
export async function writeHistory(history: History, file: string): Promise<{ readonly rows: number }> {
  const account = toAccountFile(history.account);
  if (file.endsWith('.json')) {
    const rows = [...rowsOf(history)];
    writeFileSync(file, `${JSON.stringify({ ...account, rows }, null, 1)}\n`);
    return { rows: rows.length };
  }
  writeFileSync(accountFileOf(file), `${JSON.stringify(account, null, 2)}\n`);
  const out = createWriteStream(file);
  const columns = [...keyColumns, ...historyMetrics];
  out.write(`${columns.join()}\n`);
  let rows = 0;
  for (const row of rowsOf(history)) {
    rows += 1;
    const line = columns.map((column) => row[column] ?? '').join();
    if (!out.write(`${line}\n`)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  return { rows };
}

type Row = Readonly<Record<string, string | number>>;

function* rowsOf(history: History): Generator<Row> {
  const { halfHoursFrom } = history;
  if (halfHoursFrom !== undefined) {
    yield* rowsBetween(history, 'half-hour', halfHoursFrom, Math.ceil(history.until / slotMs) * slotMs);
  }
  yield* rowsBetween(history, 'minute', history.from, history.until);
}

function* rowsBetween(history: History, resolution: Resolution, from: number, until: number): Generator<Row> {
  const periodMs = resolution === 'minute' ? minuteMs : slotMs;
  for (let at = from; at < until; at += periodMs) {
    for (const { voiceConnectorId } of history.account.connectors) {
      const values = historyMetrics.flatMap((metric) => {
        const value = history.value(resolution, voiceConnectorId, metric, at);
        return value === undefined ? [] : [[metric, value] as const];
      });
      if (values.length === 0) continue;
      const minutes = periodMs / minuteMs;
      yield { time: isoTime(at), minutes, voiceConnectorId, ...Object.fromEntries(values) };
    }
  }
}
