import {
  AssociatePhoneNumbersWithVoiceConnectorCommand,
  AssociatePhoneNumbersWithVoiceConnectorGroupCommand,
  BadRequestException,
  ConflictException,
  DeleteVoiceConnectorCommand,
  DeleteVoiceConnectorGroupCommand,
  DisassociatePhoneNumbersFromVoiceConnectorCommand,
  DisassociatePhoneNumbersFromVoiceConnectorGroupCommand,
  ListPhoneNumbersCommand,
  NotFoundException,
  UpdateVoiceConnectorGroupCommand,
  type ListPhoneNumbersCommandInput,
} from '@aws-sdk/client-chime-sdk-voice';
import { describe, expect, it } from 'vitest';
import { localAws, seedPair } from './harness.ts';

const [first, second] = ['+12065550100', '+12065550101'];

/** Two numbers without an association, a group, and a Voice Connector `vc-lone` that is in no group. */
async function withNumbers() {
  const aws = await localAws();
  const { group } = seedPair(aws.account);
  aws.account.chime.seedConnector({ voiceConnectorId: 'vc-lone' });
  aws.account.chime.seedPhoneNumber({ phoneNumberId: 'first' });
  aws.account.chime.seedPhoneNumber({ phoneNumberId: 'second' });
  const chime = aws.chime();
  const list = async (input: ListPhoneNumbersCommandInput = {}) =>
    (await chime.send(new ListPhoneNumbersCommand(input))).PhoneNumbers?.map(
      ({ E164PhoneNumber, Status, Associations }) => [E164PhoneNumber, Status, Associations?.[0]?.Value],
    );
  const toGroup = async (E164PhoneNumbers: string[], ForceAssociate?: boolean) =>
    (
      await chime.send(
        new AssociatePhoneNumbersWithVoiceConnectorGroupCommand({
          VoiceConnectorGroupId: group,
          E164PhoneNumbers,
          ForceAssociate,
        }),
      )
    ).PhoneNumberErrors;
  const toConnector = async (E164PhoneNumbers: string[], ForceAssociate?: boolean) =>
    (
      await chime.send(
        new AssociatePhoneNumbersWithVoiceConnectorCommand({
          VoiceConnectorId: 'vc-lone',
          E164PhoneNumbers,
          ForceAssociate,
        }),
      )
    ).PhoneNumberErrors;
  return { aws, chime, group, list, toGroup, toConnector };
}

describe('associating phone numbers', () => {
  it('routes them to a group or to a Voice Connector, by which they are then listed', async () => {
    const { group, list, toGroup, toConnector } = await withNumbers();
    expect(await list()).toEqual([
      [first, 'Unassigned', undefined],
      [second, 'Unassigned', undefined],
    ]);
    expect(await toGroup([first])).toEqual([]);
    expect(await toConnector([second])).toEqual([]);
    expect(await list({ FilterName: 'VoiceConnectorGroupId', FilterValue: group })).toEqual([
      [first, 'Assigned', group],
    ]);
    expect(await list({ FilterName: 'VoiceConnectorId', FilterValue: 'vc-lone' })).toEqual([
      [second, 'Assigned', 'vc-lone'],
    ]);
  });

  it('leaves a number where it is associated, unless it is forced to move it', async () => {
    const { group, list, toGroup, toConnector } = await withNumbers();
    await toGroup([first]);
    expect(await toConnector([first, second])).toEqual([
      {
        PhoneNumberId: 'first',
        ErrorCode: 'PhoneNumberAssociationsExist',
        ErrorMessage: 'The phone number is associated already; ForceAssociate would take it from there',
      },
    ]);
    expect(await list()).toEqual([
      [first, 'Assigned', group],
      [second, 'Assigned', 'vc-lone'],
    ]);
    expect(await toConnector([first], true)).toEqual([]);
    expect(await list()).toEqual([
      [first, 'Assigned', 'vc-lone'],
      [second, 'Assigned', 'vc-lone'],
    ]);
  });

  it('reports a number that the account does not have, and associates the others', async () => {
    const { group, list, toGroup } = await withNumbers();
    expect(await toGroup(['+12065550199', '12065550100'])).toEqual([
      {
        PhoneNumberId: '+12065550199',
        ErrorCode: 'NotFound',
        ErrorMessage: 'The phone number is not in the inventory',
      },
    ]);
    expect(await list()).toEqual([
      [first, 'Assigned', group],
      [second, 'Unassigned', undefined],
    ]);
  });

  it('refuses what is no number, and a group that does not exist', async () => {
    const { chime, toGroup } = await withNumbers();
    await expect(toGroup(['main line'])).rejects.toBeInstanceOf(BadRequestException);
    const nowhere = { VoiceConnectorGroupId: 'nowhere', E164PhoneNumbers: [first] };
    const command = new AssociatePhoneNumbersWithVoiceConnectorGroupCommand(nowhere);
    await expect(chime.send(command)).rejects.toBeInstanceOf(NotFoundException);
  });
});

describe('disassociating phone numbers', () => {
  it('returns them to the inventory, and reports those that are associated with something else', async () => {
    const { chime, group, list, toGroup, toConnector } = await withNumbers();
    await toGroup([first]);
    await toConnector([second]);
    const request = { VoiceConnectorGroupId: group, E164PhoneNumbers: [first, second] };
    const { PhoneNumberErrors } = await chime.send(new DisassociatePhoneNumbersFromVoiceConnectorGroupCommand(request));
    expect(PhoneNumberErrors).toMatchObject([{ PhoneNumberId: 'second', ErrorCode: 'NotFound' }]);
    expect(await list()).toEqual([
      [first, 'Unassigned', undefined],
      [second, 'Assigned', 'vc-lone'],
    ]);
  });
});

describe('what phone numbers are associated with', () => {
  it('is not deleted: a group', async () => {
    const { chime, group, toGroup } = await withNumbers();
    const one = { VoiceConnectorGroupId: group };
    await toGroup([first]);
    await chime.send(new UpdateVoiceConnectorGroupCommand({ ...one, Name: 'main', VoiceConnectorItems: [] }));
    await expect(chime.send(new DeleteVoiceConnectorGroupCommand(one))).rejects.toBeInstanceOf(ConflictException);
    await chime.send(new DisassociatePhoneNumbersFromVoiceConnectorGroupCommand({ ...one, E164PhoneNumbers: [first] }));
    await chime.send(new DeleteVoiceConnectorGroupCommand(one));
  });

  it('is not deleted: a Voice Connector', async () => {
    const { chime, toConnector } = await withNumbers();
    const one = { VoiceConnectorId: 'vc-lone' };
    await toConnector([first]);
    await expect(chime.send(new DeleteVoiceConnectorCommand(one))).rejects.toBeInstanceOf(ConflictException);
    await chime.send(new DisassociatePhoneNumbersFromVoiceConnectorCommand({ ...one, E164PhoneNumbers: [first] }));
    await chime.send(new DeleteVoiceConnectorCommand(one));
  });
});
