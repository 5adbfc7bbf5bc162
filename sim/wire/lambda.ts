/** The result of an invocation. */
export type Invocation = {
  /** The JSON that the function returned, or the error object if it threw. */
  readonly payload: string;
  /** Set if the function threw; Lambda still answers 200. */
  readonly functionError?: 'Unhandled';
  /** The end of its log, at most 4 KB. */
  readonly logTail?: string;
};

/** Runs the functions that are invoked over the wire. */
export interface LambdaHost {
  /** @throws {UnknownFunctionError} if there is no function of that name. */
  invoke(functionName: string, payload: string): Promise<Invocation>;
}

/** Thrown by a {@link LambdaHost} for an unknown function. Callers get ResourceNotFoundException. */
export class UnknownFunctionError extends Error {
  override readonly name = 'UnknownFunctionError';
  readonly functionName: string;

  constructor(functionName: string) {
    super(`there is no function ${functionName}`);
    this.functionName = functionName;
  }
}
