/** The HTTP binding of a REST operation. `{Name}` in a path is an input of that name. */
export type Route = {
  readonly method: string;
  readonly path: string;
  /** The value of the query parameter `operation`, which tells some operations apart. */
  readonly queryOperation: string | undefined;
  readonly operation: string;
  readonly successStatus: number;
};

/** The HTTP bindings of the service model, chime-sdk-voice 2022-08-03. */
export const chimeRoutes: readonly Route[] = [
  route('GET', '/voice-connector-groups', 'ListVoiceConnectorGroups', 200),
  route('POST', '/voice-connector-groups', 'CreateVoiceConnectorGroup', 201),
  route('GET', '/voice-connector-groups/{VoiceConnectorGroupId}', 'GetVoiceConnectorGroup', 200),
  route('PUT', '/voice-connector-groups/{VoiceConnectorGroupId}', 'UpdateVoiceConnectorGroup', 202),
  route('DELETE', '/voice-connector-groups/{VoiceConnectorGroupId}', 'DeleteVoiceConnectorGroup', 204),
  route('GET', '/voice-connectors', 'ListVoiceConnectors', 200),
  route('POST', '/voice-connectors', 'CreateVoiceConnector', 201),
  route('GET', '/voice-connectors/{VoiceConnectorId}', 'GetVoiceConnector', 200),
  route('DELETE', '/voice-connectors/{VoiceConnectorId}', 'DeleteVoiceConnector', 204),
  route('GET', '/voice-connectors/{VoiceConnectorId}/termination/health', 'GetVoiceConnectorTerminationHealth', 200),
  route('GET', '/voice-connectors/{VoiceConnectorId}/origination', 'GetVoiceConnectorOrigination', 200),
  route('PUT', '/voice-connectors/{VoiceConnectorId}/origination', 'PutVoiceConnectorOrigination', 200),
  route('GET', '/voice-connectors/{VoiceConnectorId}/proxy-sessions', 'ListProxySessions', 200),
  route(
    'GET',
    '/voice-connectors/{VoiceConnectorId}/logging-configuration',
    'GetVoiceConnectorLoggingConfiguration',
    200,
  ),
  route(
    'PUT',
    '/voice-connectors/{VoiceConnectorId}/logging-configuration',
    'PutVoiceConnectorLoggingConfiguration',
    200,
  ),
  route(
    'POST',
    '/voice-connectors/{VoiceConnectorId}?operation=associate-phone-numbers',
    'AssociatePhoneNumbersWithVoiceConnector',
    200,
  ),
  route(
    'POST',
    '/voice-connectors/{VoiceConnectorId}?operation=disassociate-phone-numbers',
    'DisassociatePhoneNumbersFromVoiceConnector',
    200,
  ),
  route(
    'POST',
    '/voice-connector-groups/{VoiceConnectorGroupId}?operation=associate-phone-numbers',
    'AssociatePhoneNumbersWithVoiceConnectorGroup',
    200,
  ),
  route(
    'POST',
    '/voice-connector-groups/{VoiceConnectorGroupId}?operation=disassociate-phone-numbers',
    'DisassociatePhoneNumbersFromVoiceConnectorGroup',
    200,
  ),
  route('GET', '/phone-numbers', 'ListPhoneNumbers', 200),
  route('GET', '/voice-connector-regions', 'ListAvailableVoiceConnectorRegions', 200),
];

/** The route of a request and the percent-decoded labels of its path; undefined if there is none. */
export function matchRoute(
  routes: readonly Route[],
  { method, path, query }: { readonly method: string; readonly path: string; readonly query: URLSearchParams },
): { readonly route: Route; readonly labels: Readonly<Record<string, string>> } | undefined {
  for (const route of routes) {
    const isMeant = route.method === method && route.queryOperation === (query.get('operation') ?? undefined);
    const labels = isMeant ? labelsOf(route.path, path) : undefined;
    if (labels) return { route, labels };
  }
  return undefined;
}

function route(method: string, binding: string, operation: string, successStatus: number): Route {
  const [path = '', queryOperation] = binding.split('?operation=');
  return { method, path, queryOperation, operation, successStatus };
}

function labelsOf(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const expected = pattern.split('/');
  const given = path.split('/');
  if (expected.length !== given.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const segment = given[index] ?? '';
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined;
    } else {
      const label = percentDecoded(segment);
      if (label === undefined || label === '') return undefined;
      labels[part.slice(1, -1)] = label;
    }
  }
  return labels;
}

function percentDecoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
