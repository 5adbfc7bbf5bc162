/**
 * Phone numbers in text, in every written form that this file lists, and only those: an id, an ARN or a count must survive.
 * docs/limits.md has the forms that are not recognised, and ADR 21 why no library finds them.
 */

/** What a phone number is replaced by. */
export const withheld = '(number withheld)';

/** A character that is not visible, or changes only the look of a digit: zero-width spaces, direction marks, variation selectors. */
const invisible = String.raw`[\p{Cf}\p{M}]`;

/** One digit of any script, such as the full-width `４`. */
const digit = String.raw`\p{Nd}${invisible}*`;

/** The zeros of the scripts in which people write phone numbers; in each, the other digits follow. */
const zeros = ['0', '０', '٠', '۰', '०', '০', '๐'];

/** One digit of these values, in any of these scripts. */
function digitIn(least: number, most: number): string {
  const at = (first: string, value: number): string => String.fromCodePoint((first.codePointAt(0) ?? 0) + value);
  return `[${zeros.map((first) => `${at(first, least)}-${at(first, most)}`).join('')}]`;
}

const zero = digitIn(0, 0);
const one = digitIn(1, 1);
const aboveZero = digitIn(1, 9);
const aboveOne = digitIn(2, 9);

/** What people write between the digits of one number: spaces, dashes, dots, brackets, also percent-encoded or as a JSON escape. */
const separator = String.raw`(?:[\p{Zs}\p{Pd}\u2212\u2022\u00b7\u2024.\/()\[\]（）]|(?![\r\n])\p{Cc}|${invisible}|%(?:25)*(?:20|28|29|2[DEFdef])|\\u[0-9A-Fa-f]{4}|\\[tn]|&nbsp;)`;

const gap = `${separator}{0,4}`;

/** `+`, its full-width and small forms, `%2B`, and as an HTML or JSON escape. */
const plus = String.raw`(?:[+＋﹢⁺]|%(?:25)*2[Bb]|&#43;|&plus;|\\u002[Bb])`;

/** But the dot of an abbreviation, as in `Tel.0171`. */
const notAfterLetter = String.raw`(?:(?<![\p{L}\p{N}_.\-])|(?<=\b(?:tel|ph|fax|mob)\.))`;

/** But an extension, as in `x12`. */
const notBeforeLetter = String.raw`(?:(?![\p{L}\p{N}_])|(?=(?:x|ext\.?) ?\p{N}))`;

/** The digits of one number, with anything that {@link separator} lists between them. */
function digits(least: number, most: number): string {
  return `${digit}(?:${gap}${digit}){${least - 1},${most - 1}}`;
}

/** What consists of digits and is no phone number. */
const protectedTexts: readonly string[] = [
  // An ARN, with the account id in it.
  String.raw`\barn:aws[\w-]*:[^\s"',;)\]}]*`,
  // A UUID, such as a request id.
  String.raw`(?<![\p{L}\p{N}])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![\p{L}\p{N}])`,
  // An X-Ray trace id.
  String.raw`\b1-[0-9a-f]{8}-[0-9a-f]{24}\b`,
  // A time of ISO 8601, a date of another style, with or without a time of day.
  String.raw`(?<!\p{N})\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\p{N})`,
  String.raw`(?<![\p{N}+(])\d{1,2}[.\/-]\d{1,2}[.\/-]\d{4}(?:,? \d{1,2}:\d{2}(?::\d{2})?)?(?!\p{N})`,
  // A version, with build metadata after its plus sign.
  String.raw`(?<![\p{N}+.])v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?\+[0-9A-Za-z.-]*[0-9A-Za-z]`,
  // An IPv4 address.
  String.raw`(?<![\p{N}+.])\d{1,3}(?:\.\d{1,3}){3}(?![\p{N}.])`,
  // The account id in the URL of a queue.
  String.raw`\.amazonaws\.com(?:\.cn)?\/\d{12}\/`,
];

const numbers: readonly string[] = [
  // E.164, complete: what follows it is another number.
  String.raw`${plus}${gap}(?:${digit}){10,}`,
  // International with separators.
  `${plus}${gap}${digits(7, 15)}`,
  // International with the prefix 00, or 011 from North America.
  String.raw`${notAfterLetter}(?:${zero}${invisible}*${zero}|${zero}${invisible}*${one}${invisible}*${one})${invisible}*(?:${separator}${gap})?(?!${zero})${digits(7, 15)}${notBeforeLetter}`,
  // North American: 415-555-0100, (415) 555-0100, 1 415 555 0100, 4155550100.
  String.raw`${notAfterLetter}(?:${one}${gap})?[(\[（]?${aboveOne}${invisible}*(?:${digit}){2}${gap}${aboveOne}${invisible}*(?:${digit}){2}${gap}(?:${digit}){4}${notBeforeLetter}`,
  // National with the trunk prefix 0: 020 7946 0958, (0171) 123456. Up to 11 digits where nothing separates them: an account id has 12.
  String.raw`${notAfterLetter}[(\[（]?${zero}${invisible}*(?=${aboveZero})(?:${digit}){8,10}${notBeforeLetter}`,
  String.raw`${notAfterLetter}[(\[（]?${zero}${invisible}*(?=${aboveZero}|[)\]）]${gap}${aboveZero})[)\]）]?${gap}(?=[\p{N}\p{Cf}]*${separator}+\p{N})${digits(8, 12)}${notBeforeLetter}`,
];

/** The user of a SIP or telephone URI: three digits are enough, an extension. */
const uriUser = String.raw`(?<=\b(?:sips?|tel)(?::|%(?:25)*3[Aa]))(?:${plus}|${separator})*${digits(3, 20)}`;

const anyNumber = new RegExp(`(?<kept>${protectedTexts.join('|')})|${[uriUser, ...numbers].join('|')}`, 'giu');

export function redactPhoneNumbers(text: string): string {
  return text.replaceAll(anyNumber, (found: string, kept: string | undefined) =>
    kept === undefined ? withheld : found,
  );
}
