import type { ReportedError } from './messages.ts';

/** The error report of Lambda's Node.js runtime (`toRapidResponse` in its Errors.js) for a thrown value. */
export function reportedError(thrown: unknown): ReportedError {
  if (thrown instanceof Error) {
    return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

/** The error report for a module that cannot be loaded: its own errors unchanged, others with the runtime's error types. */
export function reportedLoadError(thrown: unknown): ReportedError {
  const error = reportedError(thrown);
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND')
    return renamed(error, 'Runtime.ImportModuleError');
  const isSyntax = error.errorType === 'SyntaxError' || code === 'ERR_INVALID_TYPESCRIPT_SYNTAX';
  return isSyntax ? renamed(error, 'Runtime.UserCodeSyntaxError') : error;
}

function renamed({ errorType, errorMessage, trace }: ReportedError, name: string): ReportedError {
  return { errorType: name, errorMessage: `${errorType}: ${errorMessage}`, trace: trace ?? [] };
}
