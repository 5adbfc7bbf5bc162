import type { EpochMs } from '../../clock.ts';
import { chimeError } from '../errors.ts';
import type { IdCounter } from '../ids.ts';
import type { Page } from '../paging.ts';
import { Connectors, type ConnectorSeed, type OptionsPing, type Origination } from './connectors.ts';
import { Groups, type GroupSeed } from './groups.ts';
import { PhoneNumbers, type Association, type PhoneNumberError, type PhoneNumberSeed } from './phone-numbers.ts';
import { ProxySessions, type ProxySession, type ProxySessionSeed, type ProxySessionStatus } from './proxy-sessions.ts';
import type { ListRequest } from './rules.ts';

/** The Chime SDK Voice resources of an account: groups, Voice Connectors, phone numbers, proxy sessions and their relations. */
export class Chime {
  readonly groups: Groups;
  readonly connectors: Connectors;
  readonly phoneNumbers: PhoneNumbers;
  readonly proxySessions: ProxySessions;

  constructor(dependencies: { readonly now: () => EpochMs; readonly ids: IdCounter }) {
    const connectors = new Connectors(dependencies);
    this.connectors = connectors;
    this.groups = new Groups({ ...dependencies, connectorExists: (id) => connectors.has(id) });
    this.phoneNumbers = new PhoneNumbers(dependencies);
    this.proxySessions = new ProxySessions(dependencies);
  }

  /** Adds a Voice Connector without quotas and validation. Returns its id. */
  seedConnector(seed: ConnectorSeed = {}): string {
    return this.connectors.seed(seed);
  }

  /** Adds a group without quotas and validation: it may have no members, ties or missing priorities. Returns its id. */
  seedGroup(seed: GroupSeed = {}): string {
    return this.groups.seed(seed);
  }

  /** Adds a phone number, which may route to a group. Returns the number's id. */
  seedPhoneNumber(seed: PhoneNumberSeed = {}): string {
    return this.phoneNumbers.seed(seed);
  }

  /** Adds a proxy session. Returns its id. */
  seedProxySession(seed: ProxySessionSeed): string {
    return this.proxySessions.seed(seed);
  }

  /** @throws ConflictException while the group has phone numbers or members: "you must unassign all" of them first. */
  deleteGroup(region: string, voiceConnectorGroupId: string): void {
    this.groups.get(region, voiceConnectorGroupId);
    this.phoneNumbers.requireNone({ name: 'VoiceConnectorGroupId', value: voiceConnectorGroupId });
    this.groups.delete(region, voiceConnectorGroupId);
  }

  /**
   * @param request.force also takes numbers from where they are associated now
   * @returns an error for each number that was not associated
   */
  associatePhoneNumbers(
    region: string,
    association: Association,
    request: { readonly e164PhoneNumbers: readonly string[]; readonly force: boolean },
  ): readonly PhoneNumberError[] {
    this.#requireExists(region, association);
    return this.phoneNumbers.associate(region, association, request);
  }

  /** @returns an error for each number that was not associated with it */
  disassociatePhoneNumbers(
    region: string,
    association: Association,
    e164PhoneNumbers: readonly string[],
  ): readonly PhoneNumberError[] {
    this.#requireExists(region, association);
    return this.phoneNumbers.disassociate(region, association, e164PhoneNumbers);
  }

  #requireExists(region: string, { name, value }: Association): void {
    if (name === 'VoiceConnectorId') this.connectors.get(region, value);
    else this.groups.get(region, value);
  }

  /** @throws ConflictException while the Voice Connector has phone numbers or is a member of a group. */
  deleteConnector(region: string, voiceConnectorId: string): void {
    this.connectors.get(region, voiceConnectorId);
    if (this.groups.isMember(voiceConnectorId)) {
      const message = `Voice Connector ${voiceConnectorId} is a member of a Voice Connector group`;
      throw chimeError('VoiceConnectorGroupAssociationsExist', message);
    }
    this.phoneNumbers.requireNone({ name: 'VoiceConnectorId', value: voiceConnectorId });
    this.connectors.delete(region, voiceConnectorId);
  }

  /** The last OPTIONS ping; undefined if there was none. */
  terminationHealth(region: string, voiceConnectorId: string): OptionsPing | undefined {
    return this.connectors.get(region, voiceConnectorId).lastOptionsPing;
  }

  /** @throws NotFoundException if origination was never set. AWS does not document this case. */
  origination(region: string, voiceConnectorId: string): Origination {
    const { origination } = this.connectors.get(region, voiceConnectorId);
    if (!origination) throw chimeError('NotFound', `Voice Connector ${voiceConnectorId} has no origination settings`);
    return origination;
  }

  listProxySessions(
    region: string,
    voiceConnectorId: string,
    request: ListRequest & { readonly status?: ProxySessionStatus | undefined },
  ): Page<ProxySession> {
    this.connectors.get(region, voiceConnectorId);
    return this.proxySessions.list(region, voiceConnectorId, request);
  }
}
