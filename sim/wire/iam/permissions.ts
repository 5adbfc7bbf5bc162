import { accountId } from '../../account/account.ts';
import { AwsError } from '../../account/errors.ts';
import { accessKeyIdOf } from '../../lambda/credentials.ts';
import type { ServiceName } from '../service-name.ts';
import { needsOf, type NeedingRequest } from './needs.ts';
import { evaluate, type AccessRequest, type Decision } from './policy.ts';
import type { FunctionRole } from './roles.ts';

/** Restricts the functions and the pipe to their roles. Every other caller is allowed everything. */
export class Permissions {
  /** Every action that was evaluated for a role, allowed or not, as `monitor chime:GetVoiceConnectorGroup`. */
  readonly asked = new Set<string>();
  readonly #roles: ReadonlyMap<string, FunctionRole>;

  constructor(roles: readonly FunctionRole[]) {
    this.#roles = new Map(roles.map((role) => [accessKeyIdOf(role.functionName), role]));
  }

  /** The names of the restricted functions and the pipe, by access key. */
  get functionNames(): ReadonlyMap<string, string> {
    return new Map([...this.#roles].map(([accessKeyId, { functionName }]) => [accessKeyId, functionName]));
  }

  /** AWS's error for a request signed with this key; undefined if the request is allowed. */
  refusalOf(request: NeedingRequest, accessKeyId: string): AwsError | undefined {
    const role = this.#roles.get(accessKeyId);
    if (role === undefined) return undefined;
    for (const need of needsOf(request, accountId)) {
      this.asked.add(`${role.functionName} ${need.action}`);
      const decision = evaluate(role.statements, need);
      if (decision !== 'allowed') return refusal(request.service, sentence(role, need, decision));
    }
    return undefined;
  }
}

/** The text of IAM. */
function sentence(
  { role, functionName }: FunctionRole,
  { action, resource }: AccessRequest,
  decision: Decision,
): string {
  const caller = `arn:aws:sts::${accountId}:assumed-role/${role}/${functionName}`;
  const why =
    decision === 'denied-explicitly'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}

/** REST services answer 403, services with AWS JSON answer 400 to every client error. */
const statuses: Readonly<Record<ServiceName, number>> = {
  chime: 403,
  lambda: 403,
  monitoring: 400,
  events: 400,
  ssm: 400,
  sqs: 400,
  logs: 400,
  s3: 403,
};

function refusal(service: ServiceName, message: string): AwsError {
  // Clients in query mode show the older name.
  const queryCode = service === 'monitoring' || service === 'sqs' ? 'AccessDenied' : undefined;
  const code = service === 's3' ? 'AccessDenied' : 'AccessDeniedException';
  return new AwsError({ code, httpStatus: statuses[service], message, queryCode });
}
