import { jsonReply } from '../reply.ts';
import type { Protocol } from './protocol.ts';

/**
 * REST JSON as Chime SDK Voice speaks it. The exception's name is in the header and nowhere else: a body with only
 * `{"Code":"Conflict"}` is a generic error to the SDK.
 */
export function restJson(successStatus: number): Protocol {
  return {
    success: (output) =>
      successStatus === 204 ? { status: 204, headers: {}, body: '' } : jsonReply(successStatus, output ?? {}),
    failure: ({ code, httpStatus, message, reason = code.replace(/(Client)?Exception$/, '') }) =>
      jsonReply(httpStatus, { Code: reason, Message: message }, { 'x-amzn-errortype': code }),
  };
}
