import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redactPhoneNumbers } from '../../lib/input/redact.ts';
import { textsWithoutNumbers, writtenNumbers } from '../builders/phone-numbers.ts';

const host = /@[\w.:]+$/;

describe('A phone number', () => {
  it.each(writtenNumbers)('is withheld in the form %j, with every digit of it', (written) => {
    const scheme = /^(sips?:|tel(:|%3A))/i.exec(written)?.[0] ?? '';
    const rest = host.exec(written)?.[0] ?? '';
    expect(redactPhoneNumbers(`call ${written} now`)).toBe(`call ${scheme}(number withheld)${rest} now`);
    expect(redactPhoneNumbers(JSON.stringify({ reason: written }))).toBe(
      JSON.stringify({ reason: `${scheme}(number withheld)${rest}` }),
    );
  });

  it('is withheld beside another one, and in the middle of a sentence', () => {
    expect(redactPhoneNumbers('+14155550100, +14155550101; ask (020) 7946 0958. Then 415-555-0100?')).toBe(
      '(number withheld), (number withheld); ask (number withheld). Then (number withheld)?',
    );
  });

  it('is withheld after an abbreviation, and before an extension', () => {
    expect(redactPhoneNumbers('Tel.0171 1234567 or 415-555-0100x12')).toBe(
      'Tel.(number withheld) or (number withheld)x12',
    );
    expect(redactPhoneNumbers('fax.4155550100 or (415) 555-0100ext. 7')).toBe(
      'fax.(number withheld) or (number withheld)ext. 7',
    );
  });

  it('leaves the count that follows it', () => {
    expect(redactPhoneNumbers('+14155550100 12 of 20')).toBe('(number withheld) 12 of 20');
  });

  it('is redacted once: what is safe stays as it is', () => {
    for (const written of writtenNumbers) {
      const once = redactPhoneNumbers(written);
      expect(redactPhoneNumbers(once)).toBe(once);
    }
  });
});

describe('A text without phone numbers', () => {
  it.each(textsWithoutNumbers)('stays as it is: %s', (text) => {
    expect(redactPhoneNumbers(text)).toBe(text);
    expect(redactPhoneNumbers(`at ${text} it`)).toBe(`at ${text} it`);
    expect(redactPhoneNumbers(JSON.stringify({ key: text }))).toBe(JSON.stringify({ key: text }));
  });

  it('stays as it is in every golden transcript of the scenarios', () => {
    const folder = 'test/sim/scenarios/golden';
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThan(50);
    for (const file of files) {
      const text = readFileSync(join(folder, file), 'utf8');
      expect(redactPhoneNumbers(text), file).toBe(text);
    }
  });

  it('stays as it is in every example of docs/events.md', () => {
    const examples = [...readFileSync('docs/events.md', 'utf8').matchAll(/^```json\n(.*?)^```$/gms)];
    expect(examples.length).toBeGreaterThan(15);
    for (const [, json = ''] of examples) expect(redactPhoneNumbers(json)).toBe(json);
  });
});

describe('The redactor', () => {
  it('takes time in proportion to the length of the text, however many beginnings of numbers are in it', () => {
    const half = ['+1 ', '0', '415 ', '(0', '1-', '%2B', 'sip:', '００'].map((text) => text.repeat(20_000)).join('');
    const started = performance.now();
    redactPhoneNumbers(half);
    const once = performance.now() - started;
    redactPhoneNumbers(half + half);
    expect(performance.now() - started - once).toBeLessThan(10 * once + 100);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
