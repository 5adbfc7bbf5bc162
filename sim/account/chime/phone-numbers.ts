import type { IdCounter } from '../ids.ts';
import { listingName, pageOf, type Page } from '../paging.ts';
import { badToken, requirePageSize, type ListRequest } from './rules.ts';

/** A phone number of the account and the group that it routes to. */
export type PhoneNumber = {
  readonly phoneNumberId: string;
  /** Personal data: must never be logged. */
  readonly e164PhoneNumber: string;
  readonly voiceConnectorGroupId: string;
  /** The Region whose endpoint returns it. */
  readonly region: string;
};

export type PhoneNumberSeed = { readonly voiceConnectorGroupId: string } & Partial<PhoneNumber>;

/** 555-0100 to 555-0199 are reserved for fictional use. */
const firstFictitious = 100;

/** The phone numbers of an account that route to Voice Connector groups. */
export class PhoneNumbers {
  readonly #ids: IdCounter;
  readonly #numbers: PhoneNumber[] = [];

  constructor(dependencies: { readonly ids: IdCounter }) {
    this.#ids = dependencies.ids;
  }

  /** Adds a phone number, by default a fictitious one. Returns its id. */
  seed(seed: PhoneNumberSeed): string {
    const phoneNumberId = seed.phoneNumberId ?? this.#ids.uuid();
    const lastDigits = String(firstFictitious + (this.#numbers.length % 100)).padStart(4, '0');
    this.#numbers.push({ e164PhoneNumber: `+1206555${lastDigits}`, region: 'us-east-1', ...seed, phoneNumberId });
    return phoneNumberId;
  }

  count(): number {
    return this.#numbers.length;
  }

  /** @param request.voiceConnectorGroupId lists this group's numbers; undefined: all */
  list(
    region: string,
    request: ListRequest & { readonly voiceConnectorGroupId: string | undefined },
  ): Page<PhoneNumber> {
    const { voiceConnectorGroupId, maxResults, nextToken } = request;
    const shown = this.#numbers.filter(
      (number) =>
        number.region === region &&
        (voiceConnectorGroupId === undefined || number.voiceConnectorGroupId === voiceConnectorGroupId),
    );
    return pageOf(shown, {
      listing: listingName('ListPhoneNumbers', region, voiceConnectorGroupId),
      nextToken,
      size: requirePageSize(maxResults),
      refuse: badToken,
    });
  }
}
