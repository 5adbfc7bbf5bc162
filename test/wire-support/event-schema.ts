/** Whether an event of the simulated EventBridge matches the committed JSON Schema of its type. */
import { readFileSync } from 'node:fs';
import Ajv, { type ValidateFunction } from 'ajv-draft-04';
import { accountId } from '../../sim/account/account.ts';
import type { StoredEvent } from '../../sim/account/eventbridge.ts';

// Formats need no validation, because the schemas also have a pattern for each.
const ajv = new Ajv.default({ allErrors: true, validateFormats: false });
const validators = new Map<string, ValidateFunction>();

function validatorOf(detailType: string): ValidateFunction {
  const known = validators.get(detailType);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`../../schemas/${detailType.replaceAll(' ', '')}.json`, import.meta.url), 'utf8');
  const compiled = ajv.compile(JSON.parse(text) as object);
  validators.set(detailType, compiled);
  return compiled;
}

/** The event as the target of a rule would receive it. */
export function delivered({ id, detailType, source, time, region, resources, detail }: StoredEvent) {
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account: accountId,
    time: new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources,
    detail,
  };
}

/** One text per violation of the event's schema. */
export function schemaErrorsOf(event: StoredEvent): readonly string[] {
  try {
    const validate = validatorOf(event.detailType);
    if (validate(delivered(event))) return [];
    return (validate.errors ?? []).map(({ instancePath, message = '', params }) => {
      return `${event.detailType}${instancePath}: ${message} ${JSON.stringify(params)}`;
    });
  } catch (error) {
    return [`${event.detailType} has no schema that can be read: ${String(error)}`];
  }
}
