/** The settings of the stage in the form in which serverless.yml uses them, as `${self:custom.settings.…}`. */
import { InvalidInputError } from '../lib/input/validation.ts';
import { scheduleMinutes } from '../lib/core/model/wake.ts';
import { runbookPath } from './runbook.ts';
import { minuteRuleName } from './minute-rule.ts';
import { wakeAlarmPrefix } from './wake-alarms.ts';
import { chosenRegion, loadStageSettings, NoStageFileError, type StageSettings } from './stage-settings.ts';

/** The options of the command line. */
export type CommandOptions = Readonly<Record<string, unknown>>;

/** The framework's own default; scripts/serverless-plugin.ts requires `--stage` for every command on a stack. */
const defaultStage = 'dev';

function textOption(options: CommandOptions, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export type ChosenStage = { readonly stage: string; readonly region: string; readonly settings: StageSettings };

/** @throws NoStageFileError, or InvalidInputError with every problem */
export function chosenStage(options: CommandOptions, repository?: string): ChosenStage {
  const stage = textOption(options, 'stage') ?? defaultStage;
  const settings = loadStageSettings(stage, repository);
  return { stage, settings, region: chosenRegion(settings, stage, textOption(options, 'region')) };
}

/** A template that is never used: scripts/serverless-plugin.ts reports the problems, without the stack trace that the framework would print here. */
const placeholder: ChosenStage = {
  stage: defaultStage,
  region: 'us-east-1',
  settings: {
    regions: ['us-east-1'],
    controlRegions: ['us-east-1'],
    policy: 'policy.yml',
    alerts: { page: [], ticket: [] },
    reservedConcurrency: 1,
    tags: {},
    logRetentionDays: 90,
    archiveRetentionDays: 400,
    dashboard: true,
    monitorMemoryMegabytes: 512,
    shards: 1,
    wake: 'schedule',
    wakeAlarms: {},
    localAwsOnly: true,
  },
};

function chosenOrPlaceholder(options: CommandOptions): ChosenStage {
  try {
    return chosenStage(options);
  } catch (error) {
    if (error instanceof InvalidInputError || error instanceof NoStageFileError) return placeholder;
    throw error;
  }
}

/** With shards one more than these, for a run that a person starts. */
function runsAtOnce({ shards }: StageSettings): number {
  return shards === 1 ? 1 : shards + 1;
}

/** Called by the framework. */
export function templateSettings({ options }: { readonly options: CommandOptions }) {
  const { stage, region, settings } = chosenOrPlaceholder(options);
  const {
    reportBucket,
    runbookUrl,
    reservedConcurrency,
    permissionsBoundary,
    regions,
    controlRegions,
    wake,
    ...others
  } = settings;
  const everyMinutes = scheduleMinutes[wake];
  return {
    ...others,
    region,
    regions: regions.join(','),
    controlRegions: controlRegions.join(','),
    runbook: runbookUrl ?? runbookPath,
    // The framework leaves out what is null.
    reservedConcurrency: reservedConcurrency === 'none' ? null : runsAtOnce(settings),
    // With shards, a trigger between two minutes would have one run decide all groups.
    isWokenByEvents: settings.shards === 1,
    permissionsBoundary: permissionsBoundary ?? null,
    reportBucket: reportBucket ?? null,
    wake,
    monitorRate: everyMinutes === 1 ? '1 minute' : `${everyMinutes} minutes`,
    monitorPeriodSeconds: everyMinutes * 60,
    minuteRuleName: wake === 'alarms' ? minuteRuleName(stage) : null,
    wakeAlarmPrefix: wake === 'alarms' ? wakeAlarmPrefix(stage) : null,
  };
}
