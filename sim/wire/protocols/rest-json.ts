import { jsonReply } from '../reply.ts';
import type { Protocol } from './protocol.ts';

/**
 * REST JSON of Chime SDK Voice. The exception's name is only in the header: the SDK maps a body with just
 * `{"Code":"Conflict"}` to a generic error.
 */
export function restJson(successStatus: number): Protocol {
  return {
    success: (output) =>
      successStatus === 204 ? { status: 204, headers: {}, body: '' } : jsonReply(successStatus, output ?? {}),
    failure: ({ code, httpStatus, message, reason = code.replace(/(Client)?Exception$/, '') }) =>
      jsonReply(httpStatus, { Code: reason, Message: message }, { 'x-amzn-errortype': code }),
  };
}
