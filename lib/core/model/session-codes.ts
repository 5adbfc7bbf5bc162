/** The findings of an inventory of proxy sessions. docs/runbook.md has an entry for each. */
export const connectorFindingCodes = ['past-expiry', 'not-on-primary', 'unhealthy-connector'] as const;
export const sessionFindingCodes = [...connectorFindingCodes, 'unsupported'] as const;
