/** Why an inventory of proxy sessions has something to say. docs/runbook.md has an entry for each. */
export const connectorFindingCodes = ['outliving-expiry', 'not-on-top', 'unhealthy-connector'] as const;
export const sessionFindingCodes = [...connectorFindingCodes, 'unsupported'] as const;
