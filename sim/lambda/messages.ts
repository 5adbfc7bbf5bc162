/** What a worker is started with. */
export type WorkerStart = {
  /** URL of the module that exports `handler`. */
  readonly module: string;
  readonly clockMemory: SharedArrayBuffer;
  readonly pauses: Pauses;
  /** The folder with compiled modules. Default: Node's own. Each function loads about a thousand modules. */
  readonly compileCache: string | undefined;
};

/** Whether a function's pauses between retries last as long as it asks for, or take no time. */
export type Pauses = 'real' | 'skipped';

/** From the host to the worker: one event and the data of its context. */
export type Invocation = {
  readonly payload: string;
  /** In real time, as timeouts are, not in simulated time. */
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

/** An error as Lambda reports it to the caller. */
export type ReportedError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
};

/** From the worker to the host. After `crashed` the worker serves no further event, like a Lambda environment. */
export type WorkerReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: ReportedError }
  | { readonly kind: 'crashed'; readonly error: ReportedError };
