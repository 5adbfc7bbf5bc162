/** Where the links of alarms and messages lead: `runbookUrl` of the stage, or the path in this repository. The framework replaces it. */
export const runbook = '${self:custom.settings.runbook}';

export const runbookPath = 'docs/runbook.md';

/** Texts name the runbook by its path; people get a link that they can open. */
export function withRunbookLinks(text: string): string {
  return text.replaceAll(runbookPath, runbook);
}
