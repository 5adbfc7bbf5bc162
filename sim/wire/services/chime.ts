import * as z from 'zod';
import { accountId } from '../../account/account.ts';
import { type VoiceConnector, voiceConnectorRegions } from '../../account/chime/connectors.ts';
import type { VoiceConnectorGroup } from '../../account/chime/groups.ts';
import type { ProxySession } from '../../account/chime/proxy-sessions.ts';
import type { EpochMs } from '../../clock.ts';
import { defined, operation, type Operation } from '../operation.ts';
import { page, pageRequest, refuse } from './chime-input.ts';
import { phoneNumberOperations } from './chime-phone-numbers.ts';

const groupId = z.object({ VoiceConnectorGroupId: z.string() });
const connectorId = z.object({ VoiceConnectorId: z.string() });
const itemSchema = z
  .object({ VoiceConnectorId: z.string().regex(/\S/), Priority: z.number().optional() })
  .transform(({ VoiceConnectorId, Priority }) => ({ voiceConnectorId: VoiceConnectorId, priority: Priority }));
const distribution = z.enum(['PriorityWeightedDistribution', 'LoadBalancedDistribution']).optional();
const createGroup = z.object({
  Name: z.string(),
  VoiceConnectorItems: z.array(itemSchema).default([]),
  CallDistributionType: distribution,
});
const updateGroup = groupId.extend({
  Name: z.string(),
  VoiceConnectorItems: z.array(itemSchema),
  CallDistributionType: distribution,
});
const routeSchema = z
  .object({
    Host: z.string(),
    Port: z.number().default(5060),
    Protocol: z.enum(['TCP', 'UDP']),
    Priority: z.number(),
    Weight: z.number(),
  })
  .transform(({ Host, Port, Protocol, Priority, Weight }) => ({
    host: Host,
    port: Port,
    protocol: Protocol,
    priority: Priority,
    weight: Weight,
  }));

const loggingSchema = z
  .object({ EnableSIPLogs: z.boolean().default(false), EnableMediaMetricLogs: z.boolean().default(false) })
  .transform(({ EnableSIPLogs, EnableMediaMetricLogs }) => ({
    sipLogs: EnableSIPLogs,
    mediaMetricLogs: EnableMediaMetricLogs,
  }));

/** The operations of Amazon Chime SDK Voice, by name. */
export const chimeOperations: Readonly<Record<string, Operation>> = {
  ListVoiceConnectorGroups: operation(z.object(page), refuse, (input, { account, region }) => {
    const { items, nextToken } = account.chime.groups.list(region, pageRequest(input));
    return { VoiceConnectorGroups: items.map(groupView), NextToken: nextToken ?? null };
  }),
  GetVoiceConnectorGroup: operation(groupId, refuse, (input, { account, region }) => ({
    VoiceConnectorGroup: groupView(account.chime.groups.get(region, input.VoiceConnectorGroupId)),
  })),
  CreateVoiceConnectorGroup: operation(createGroup, refuse, (input, { account, region }) => ({
    VoiceConnectorGroup: groupView(account.chime.groups.create(region, settingsOf(input))),
  })),
  UpdateVoiceConnectorGroup: operation(updateGroup, refuse, (input, { account, region }) => ({
    VoiceConnectorGroup: groupView(account.chime.groups.update(region, input.VoiceConnectorGroupId, settingsOf(input))),
  })),
  DeleteVoiceConnectorGroup: operation(groupId, refuse, (input, { account, region }) => {
    account.chime.deleteGroup(region, input.VoiceConnectorGroupId);
  }),
  ListVoiceConnectors: operation(z.object(page), refuse, (input, { account, region }) => {
    const { items, nextToken } = account.chime.connectors.list(region, pageRequest(input));
    return { VoiceConnectors: items.map(connectorView), NextToken: nextToken ?? null };
  }),
  GetVoiceConnector: operation(connectorId, refuse, (input, { account, region }) => ({
    VoiceConnector: connectorView(account.chime.connectors.get(region, input.VoiceConnectorId)),
  })),
  CreateVoiceConnector: operation(
    z.object({ Name: z.string(), AwsRegion: z.string().optional(), RequireEncryption: z.boolean() }),
    refuse,
    (input, { account, region }) => {
      const request = { name: input.Name, awsRegion: input.AwsRegion, requireEncryption: input.RequireEncryption };
      return { VoiceConnector: connectorView(account.chime.connectors.create(region, request)) };
    },
  ),
  DeleteVoiceConnector: operation(connectorId, refuse, (input, { account, region }) => {
    account.chime.deleteConnector(region, input.VoiceConnectorId);
  }),
  ListAvailableVoiceConnectorRegions: operation(z.object({}), refuse, () => ({
    VoiceConnectorRegions: voiceConnectorRegions,
  })),
  GetVoiceConnectorTerminationHealth: operation(connectorId, refuse, (input, { account, region }) => {
    const ping = account.chime.terminationHealth(region, input.VoiceConnectorId);
    return { TerminationHealth: ping ? { Timestamp: iso(ping.at), Source: ping.source } : {} };
  }),
  GetVoiceConnectorOrigination: operation(connectorId, refuse, (input, { account, region }) => ({
    Origination: originationView(account.chime.origination(region, input.VoiceConnectorId)),
  })),
  PutVoiceConnectorOrigination: operation(
    connectorId.extend({
      Origination: z.object({ Routes: z.array(routeSchema).default([]), Disabled: z.boolean().default(false) }),
    }),
    refuse,
    ({ VoiceConnectorId, Origination }, { account, region }) => {
      const origination = { routes: Origination.Routes, disabled: Origination.Disabled };
      return {
        Origination: originationView(account.chime.connectors.putOrigination(region, VoiceConnectorId, origination)),
      };
    },
  ),
  GetVoiceConnectorLoggingConfiguration: operation(connectorId, refuse, (input, { account, region }) => ({
    LoggingConfiguration: loggingView(account.chime.connectors.get(region, input.VoiceConnectorId).logging),
  })),
  PutVoiceConnectorLoggingConfiguration: operation(
    connectorId.extend({ LoggingConfiguration: loggingSchema }),
    refuse,
    ({ VoiceConnectorId, LoggingConfiguration }, { account, region }) => ({
      LoggingConfiguration: loggingView(
        account.chime.connectors.putLogging(region, VoiceConnectorId, LoggingConfiguration),
      ),
    }),
  ),
  ...phoneNumberOperations,
  ListProxySessions: operation(
    connectorId.extend({ ...page, Status: z.enum(['Open', 'InProgress', 'Closed']).optional() }),
    refuse,
    (input, { account, region }) => {
      const request = { ...pageRequest(input), status: input.Status };
      const { items, nextToken } = account.chime.listProxySessions(region, input.VoiceConnectorId, request);
      return { ProxySessions: items.map(sessionView), NextToken: nextToken ?? null };
    },
  ),
};

function iso(at: EpochMs) {
  return new Date(at).toISOString();
}

function settingsOf(input: z.output<typeof createGroup>) {
  const { Name, VoiceConnectorItems, CallDistributionType } = input;
  return { name: Name, items: VoiceConnectorItems, callDistributionType: CallDistributionType };
}

function groupView(group: VoiceConnectorGroup) {
  return defined({
    VoiceConnectorGroupId: group.voiceConnectorGroupId,
    Name: group.name,
    VoiceConnectorItems: group.items.map(({ voiceConnectorId, priority }) =>
      defined({ VoiceConnectorId: voiceConnectorId, Priority: priority }),
    ),
    CreatedTimestamp: iso(group.createdAt),
    UpdatedTimestamp: iso(group.updatedAt),
    VoiceConnectorGroupArn: `arn:aws:chime:${group.createdIn}:${accountId}:vcg/${group.voiceConnectorGroupId}`,
    CallDistributionType: group.callDistributionType,
  });
}

function connectorView(connector: VoiceConnector) {
  return {
    VoiceConnectorId: connector.voiceConnectorId,
    AwsRegion: connector.awsRegion,
    Name: connector.name,
    OutboundHostName: `${connector.voiceConnectorId}.voiceconnector.chime.aws`,
    RequireEncryption: connector.requireEncryption,
    CreatedTimestamp: iso(connector.createdAt),
    UpdatedTimestamp: iso(connector.updatedAt),
    VoiceConnectorArn: `arn:aws:chime:${connector.awsRegion}:${accountId}:vc/${connector.voiceConnectorId}`,
    NetworkType: 'IPV4_ONLY',
  };
}

function originationView({ routes, disabled }: NonNullable<VoiceConnector['origination']>) {
  return {
    Routes: routes.map(({ host, port, protocol, priority, weight }) => ({
      Host: host,
      Port: port,
      Protocol: protocol,
      Priority: priority,
      Weight: weight,
    })),
    Disabled: disabled,
  };
}

function loggingView({ sipLogs, mediaMetricLogs }: VoiceConnector['logging']) {
  return { EnableSIPLogs: sipLogs, EnableMediaMetricLogs: mediaMetricLogs };
}

function sessionView(session: ProxySession) {
  return defined({
    VoiceConnectorId: session.voiceConnectorId,
    ProxySessionId: session.proxySessionId,
    Name: session.name,
    Status: session.status,
    ExpiryMinutes: session.expiryMinutes,
    Capabilities: session.capabilities,
    CreatedTimestamp: iso(session.createdAt),
    UpdatedTimestamp: iso(session.updatedAt),
    EndedTimestamp: session.endedAt === undefined ? undefined : iso(session.endedAt),
    Participants: session.participants.map(({ phoneNumber, proxyPhoneNumber }) => ({
      PhoneNumber: phoneNumber,
      ProxyPhoneNumber: proxyPhoneNumber,
    })),
  });
}
