/** The operations of Amazon Chime SDK Voice on phone numbers, by name. */
import * as z from 'zod';
import type { Association, PhoneNumber, PhoneNumberError } from '../../account/chime/phone-numbers.ts';
import { operation, type Operation } from '../operation.ts';
import { page, pageRequest, refuse } from './chime-input.ts';

/** The pattern of the service model. It needs no plus. */
const e164 = z.string().regex(/^\+?[1-9]\d{1,14}$/);

const numbers = { E164PhoneNumbers: z.array(e164), ForceAssociate: z.boolean().default(false) };

const ofGroup = z
  .object({ ...numbers, VoiceConnectorGroupId: z.string() })
  .transform(({ VoiceConnectorGroupId, ...input }) => request('VoiceConnectorGroupId', VoiceConnectorGroupId, input));

const ofConnector = z
  .object({ ...numbers, VoiceConnectorId: z.string() })
  .transform(({ VoiceConnectorId, ...input }) => request('VoiceConnectorId', VoiceConnectorId, input));

const listing = z
  .object({
    ...page,
    FilterName: z.enum(['VoiceConnectorGroupId', 'VoiceConnectorId']).optional(),
    FilterValue: z.string().optional(),
  })
  .refine(({ FilterName, FilterValue }) => (FilterName === undefined) === (FilterValue === undefined), {
    error: 'FilterName and FilterValue go together',
  });

export const phoneNumberOperations: Readonly<Record<string, Operation>> = {
  ListPhoneNumbers: operation(listing, refuse, (input, { account, region }) => {
    const { FilterName, FilterValue } = input;
    const association =
      FilterName === undefined || FilterValue === undefined ? undefined : { name: FilterName, value: FilterValue };
    const { items, nextToken } = account.chime.phoneNumbers.list(region, { ...pageRequest(input), association });
    return { PhoneNumbers: items.map(phoneNumberView), NextToken: nextToken ?? null };
  }),
  AssociatePhoneNumbersWithVoiceConnectorGroup: associating(ofGroup),
  AssociatePhoneNumbersWithVoiceConnector: associating(ofConnector),
  DisassociatePhoneNumbersFromVoiceConnectorGroup: disassociating(ofGroup),
  DisassociatePhoneNumbersFromVoiceConnector: disassociating(ofConnector),
};

type PhoneNumbersRequest = {
  readonly association: Association;
  readonly e164PhoneNumbers: readonly string[];
  readonly force: boolean;
};

function request(
  name: Association['name'],
  value: string,
  input: { readonly E164PhoneNumbers: readonly string[]; readonly ForceAssociate: boolean },
): PhoneNumbersRequest {
  return { association: { name, value }, e164PhoneNumbers: input.E164PhoneNumbers, force: input.ForceAssociate };
}

function associating(schema: z.ZodType<PhoneNumbersRequest>): Operation {
  return operation(schema, refuse, ({ association, ...input }, { account, region }) =>
    errorsView(account.chime.associatePhoneNumbers(region, association, input)),
  );
}

function disassociating(schema: z.ZodType<PhoneNumbersRequest>): Operation {
  return operation(schema, refuse, ({ association, e164PhoneNumbers }, { account, region }) =>
    errorsView(account.chime.disassociatePhoneNumbers(region, association, e164PhoneNumbers)),
  );
}

function errorsView(errors: readonly PhoneNumberError[]) {
  return {
    PhoneNumberErrors: errors.map(({ phoneNumberId, code, message }) => ({
      PhoneNumberId: phoneNumberId,
      ErrorCode: code,
      ErrorMessage: message,
    })),
  };
}

function phoneNumberView({ phoneNumberId, e164PhoneNumber, association }: PhoneNumber) {
  return {
    PhoneNumberId: phoneNumberId,
    E164PhoneNumber: e164PhoneNumber,
    Country: 'US',
    Type: 'Local',
    ProductType: 'VoiceConnector',
    Status: association === undefined ? 'Unassigned' : 'Assigned',
    Associations: association === undefined ? [] : [{ Name: association.name, Value: association.value }],
  };
}
