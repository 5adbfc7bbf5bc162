import * as z from 'zod';
import { chimeError } from '../errors.ts';
import type { IdCounter } from '../ids.ts';
import { orUndefined } from '../kept.ts';
import { listingName, pageOf, type Page } from '../paging.ts';
import { badToken, requirePageSize, type ListRequest } from './rules.ts';

/** Where calls to a number arrive; `name` is as PhoneNumberAssociation has it. */
export type Association = {
  readonly name: 'VoiceConnectorGroupId' | 'VoiceConnectorId';
  /** Of the group or the Voice Connector. */
  readonly value: string;
};

/** A phone number of the account. */
export type PhoneNumber = {
  readonly phoneNumberId: string;
  /** Personal data: must never be logged. */
  readonly e164PhoneNumber: string;
  /** Undefined while it is in the inventory only. */
  readonly association: Association | undefined;
  /** The Region whose endpoint returns it. */
  readonly region: string;
};

export type PhoneNumberSeed = Partial<Omit<PhoneNumber, 'association'>> & {
  /** The group that it routes to. Default: none. */
  readonly voiceConnectorGroupId?: string;
};

/** Why one number of a request was not changed. */
export type PhoneNumberError = {
  readonly phoneNumberId: string;
  readonly code: 'NotFound' | 'PhoneNumberAssociationsExist';
  readonly message: string;
};

/** Without the numbers themselves: those of the local AWS never change. */
export const phoneNumbersSchema = z.array(
  z.object({
    phoneNumberId: z.string(),
    association: orUndefined(
      z.object({ name: z.enum(['VoiceConnectorGroupId', 'VoiceConnectorId']), value: z.string() }),
    ),
  }),
);

/** 555-0100 to 555-0199 are reserved for fictional use. */
const firstFictitious = 100;

/** The phone numbers of an account and the groups and Voice Connectors that they route to. */
export class PhoneNumbers {
  readonly #ids: IdCounter;
  readonly #numbers: PhoneNumber[] = [];

  constructor(dependencies: { readonly ids: IdCounter }) {
    this.#ids = dependencies.ids;
  }

  /** Adds a phone number, by default a fictitious one. Returns its id. */
  seed({ voiceConnectorGroupId, ...seed }: PhoneNumberSeed = {}): string {
    const phoneNumberId = seed.phoneNumberId ?? this.#ids.uuid();
    const lastDigits = String(firstFictitious + (this.#numbers.length % 100)).padStart(4, '0');
    const association =
      voiceConnectorGroupId === undefined
        ? undefined
        : ({ name: 'VoiceConnectorGroupId', value: voiceConnectorGroupId } as const);
    const region = seed.region ?? 'us-east-1';
    this.#numbers.push({ e164PhoneNumber: `+1206555${lastDigits}`, ...seed, region, association, phoneNumberId });
    return phoneNumberId;
  }

  /** For {@link phoneNumbersSchema}. */
  kept(): z.output<typeof phoneNumbersSchema> {
    return this.#numbers.map(({ phoneNumberId, association }) => ({ phoneNumberId, association }));
  }

  /** Associates the numbers as they were. */
  restore(numbers: z.output<typeof phoneNumbersSchema>): void {
    for (const { phoneNumberId, association } of numbers) {
      const place = this.#numbers.findIndex((number) => number.phoneNumberId === phoneNumberId);
      const number = this.#numbers[place];
      if (number !== undefined) this.#numbers[place] = { ...number, association };
    }
  }

  count(): number {
    return this.#numbers.length;
  }

  /**
   * Associates each number that can be associated.
   *
   * @param force also takes numbers from where they are associated now; without it those stay as they are
   * @returns an error for each of the others
   */
  associate(
    region: string,
    association: Association,
    { e164PhoneNumbers, force }: { readonly e164PhoneNumbers: readonly string[]; readonly force: boolean },
  ): readonly PhoneNumberError[] {
    return this.#change(region, e164PhoneNumbers, (number) =>
      number.association === undefined || force || isSame(number.association, association) ? { association } : taken,
    );
  }

  /** @returns an error for each number that is not associated with it */
  disassociate(
    region: string,
    association: Association,
    e164PhoneNumbers: readonly string[],
  ): readonly PhoneNumberError[] {
    return this.#change(region, e164PhoneNumbers, (number) =>
      number.association !== undefined && isSame(number.association, association) ? { association: undefined } : other,
    );
  }

  /** @throws ConflictException while a number is associated with it */
  requireNone({ name, value }: Association): void {
    const count = this.#numbers.filter(({ association }) => association && isSame(association, { name, value })).length;
    if (count === 0) return;
    throw chimeError('PhoneNumberAssociationsExist', `${value} still has ${count} phone numbers`);
  }

  /** @param request.association lists the numbers that are associated with it; undefined: all */
  list(region: string, request: ListRequest & { readonly association: Association | undefined }): Page<PhoneNumber> {
    const { association, maxResults, nextToken } = request;
    const shown = this.#numbers.filter(
      (number) =>
        number.region === region &&
        (association === undefined || (number.association !== undefined && isSame(number.association, association))),
    );
    return pageOf(shown, {
      listing: listingName('ListPhoneNumbers', region, association?.value),
      nextToken,
      size: requirePageSize(maxResults),
      refuse: badToken,
    });
  }

  #change(
    region: string,
    e164PhoneNumbers: readonly string[],
    change: (number: PhoneNumber) => Pick<PhoneNumber, 'association'> | Omit<PhoneNumberError, 'phoneNumberId'>,
  ): readonly PhoneNumberError[] {
    return e164PhoneNumbers.flatMap((e164PhoneNumber): readonly PhoneNumberError[] => {
      const place = this.#numbers.findIndex(
        (number) => number.region === region && number.e164PhoneNumber === withPlus(e164PhoneNumber),
      );
      const number = this.#numbers[place];
      if (number === undefined) return [{ phoneNumberId: e164PhoneNumber, ...missing }];
      const changed = change(number);
      if ('code' in changed) return [{ phoneNumberId: number.phoneNumberId, ...changed }];
      this.#numbers[place] = { ...number, ...changed };
      return [];
    });
  }
}

const missing = { code: 'NotFound', message: 'The phone number is not in the inventory' } as const;
const other = { code: 'NotFound', message: 'The phone number is not associated with it' } as const;
const taken = {
  code: 'PhoneNumberAssociationsExist',
  message: 'The phone number is associated already; ForceAssociate would take it from there',
} as const;

function isSame(one: Association, another: Association): boolean {
  return one.name === another.name && one.value === another.value;
}

function withPlus(number: string): string {
  return number.startsWith('+') ? number : `+${number}`;
}
