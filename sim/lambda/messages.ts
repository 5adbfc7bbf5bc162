/** What a worker is started with. */
export type WorkerStart = {
  /** URL of the module that exports `handler`. */
  readonly module: string;
  readonly clockMemory: SharedArrayBuffer;
};

/** From the host to the worker: one event, and what the context says about it. */
export type Invocation = {
  readonly payload: string;
  /** Real time, which timers keep, not the simulated one. */
  readonly deadline: number;
  readonly context: ContextFields;
};

/** The data of Lambda's context object. */
export type ContextFields = {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
};

/** An error as Lambda reports it to who invoked. */
export type ReportedError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
};

/** From the worker to the host. After `crashed` the worker is of no more use, as a Lambda environment is not. */
export type WorkerReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: ReportedError }
  | { readonly kind: 'crashed'; readonly error: ReportedError };
