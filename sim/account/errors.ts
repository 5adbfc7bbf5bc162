/** The error response of an AWS service. */
export type AwsErrorDetails = {
  /** The modelled exception's name, as clients map it to a class: `NotFoundException`. */
  readonly code: string;
  readonly httpStatus: number;
  readonly message: string;
  /** Chime's own `Code` beside the exception (`NotFound`); other services have none. */
  readonly reason?: string | undefined;
  /** The code the same error had in the Query protocol, where it differs: `x-amzn-query-error` carries it. */
  readonly queryCode?: string | undefined;
};

/** An error that the simulated AWS sends to its caller. Any other error is a defect of the simulator. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly httpStatus: number;
  readonly reason: string | undefined;
  readonly queryCode: string | undefined;

  constructor(details: AwsErrorDetails) {
    super(details.message);
    this.code = details.code;
    this.httpStatus = details.httpStatus;
    this.reason = details.reason;
    this.queryCode = details.queryCode;
  }
}

type ChimeError =
  | 'BadRequest'
  | 'Forbidden'
  | 'NotFound'
  | 'Conflict'
  | 'Gone'
  | 'ResourceLimitExceeded'
  | 'VoiceConnectorGroupAssociationsExist'
  | 'PhoneNumberAssociationsExist';

/**
 * Chime's exceptions by the `Code` they carry: the service model of chime-sdk-voice 2022-08-03.
 *
 * `VoiceConnectorGroupAssociationsExist` and `PhoneNumberAssociationsExist` are `Code`s of that model without an exception of their
 * own. DeleteVoiceConnector and DeleteVoiceConnectorGroup declare ConflictException and no other that fits, so they have that class here.
 */
const chimeExceptions: Readonly<Record<ChimeError, readonly [code: string, httpStatus: number]>> = {
  BadRequest: ['BadRequestException', 400],
  Forbidden: ['ForbiddenException', 403],
  NotFound: ['NotFoundException', 404],
  Conflict: ['ConflictException', 409],
  Gone: ['GoneException', 410],
  ResourceLimitExceeded: ['ResourceLimitExceededException', 400],
  VoiceConnectorGroupAssociationsExist: ['ConflictException', 409],
  PhoneNumberAssociationsExist: ['ConflictException', 409],
};

/** An error of the Chime SDK Voice API. */
export function chimeError(reason: ChimeError, message: string): AwsError {
  const [code, httpStatus] = chimeExceptions[reason];
  return new AwsError({ code, httpStatus, message, reason });
}

/** A client error of a JSON protocol service, always HTTP 400. `queryCode` is its older name, where there is one. */
export function clientError(code: string, message: string, queryCode?: string): AwsError {
  return new AwsError({ code, httpStatus: 400, message, queryCode });
}
