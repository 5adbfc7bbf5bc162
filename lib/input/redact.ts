/** AWS quotes requests in its error messages, and input may contain anything: phone numbers are withheld from both. */
export function redactPhoneNumbers(text: string): string {
  return text.replaceAll(/\+\d{7,15}/g, '+(number withheld)');
}
