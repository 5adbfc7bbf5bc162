/** What a function's invocation came to. */
export type Invocation = {
  /** The JSON the function returned, or the error object of one that threw. */
  readonly payload: string;
  /** Set if the function threw; Lambda still answers 200. */
  readonly functionError?: 'Unhandled';
  /** The end of what it logged, at most 4 KB of it. */
  readonly logTail?: string;
};

/** Who runs the functions that are invoked over the wire. */
export interface LambdaHost {
  /** @throws {UnknownFunctionError} if it has no function of that name. */
  invoke(functionName: string, payload: string): Promise<Invocation>;
}

/** Thrown by a {@link LambdaHost}: there is no such function. Callers see ResourceNotFoundException. */
export class UnknownFunctionError extends Error {
  override readonly name = 'UnknownFunctionError';
  readonly functionName: string;

  constructor(functionName: string) {
    super(`there is no function ${functionName}`);
    this.functionName = functionName;
  }
}
