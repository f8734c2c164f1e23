// Errors of the service as one type, for every transport.

/** The service's error codes: protocol.md, section 2, rule 14. */
export const serviceErrorCodes = [
  'invalid_argument', 'unauthenticated', 'forbidden', 'not_found', 'conflict', 'ended',
  'too_large', 'rate_limited', 'unavailable', 'internal',
] as const;

/**
 * A code of the service, or a local one: the device refused the microphone or camera (`media_denied`), or has none
 * (`media_missing`).
 */
export type ErrorCode = typeof serviceErrorCodes[number] | 'media_denied' | 'media_missing';

const codes: readonly string[] = serviceErrorCodes;

/** The rejection of all the client's methods. */
export class CallError extends Error {
  /** Creates an error with this code. */
  constructor(
    /** The code, for the app's decisions. */
    readonly code: ErrorCode,
    message: string,
    /** The number of seconds to wait before a retry. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.name = 'CallError';
  }

  /** Whether the same command may be retried. */
  get isTransient(): boolean {
    return this.code === 'unavailable' || this.code === 'rate_limited';
  }
}

/**
 * Reads a rejected hub invocation. SignalR wraps the service's `code: text` in a sentence that differs between versions, so the
 * known codes are searched for.
 */
export function parseHubError(error: unknown): CallError {
  if (error instanceof CallError)
    return error;
  const text = error instanceof Error ? error.message : String(error);
  for (const match of text.matchAll(/(?<=^|[\s:])([a-z_]+): /g)) {
    const code = match[1]!;
    if (codes.includes(code)) {
      const message = text.slice(match.index + match[0].length);
      return new CallError(code as ErrorCode, message, code === 'rate_limited' ? retryAfterIn(message) : undefined);
    }
  }

  // Without a code the connection was lost during the invocation: the outcome is unknown and the command may be retried.
  return new CallError('unavailable', text);
}

function retryAfterIn(message: string): number | undefined {
  const found = /(\d+)\s*(ms|s)\b/.exec(message);
  return found ? Number(found[1]) / (found[2] === 'ms' ? 1000 : 1) : undefined;
}

/** Reads a REST error response (problem+json). */
export async function parseProblem(response: Response): Promise<CallError> {
  const body: unknown = await response.json().catch(() => undefined);
  const problem = (typeof body === 'object' && body !== null ? body : {}) as {
    code?: string; detail?: string; retryAfter?: number
  };
  const code = problem.code && codes.includes(problem.code) ? problem.code as ErrorCode : codeOf(response.status);
  return new CallError(code, problem.detail ?? `The service answered ${response.status}.`, problem.retryAfter);
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 400: return 'invalid_argument';
    case 401: return 'unauthenticated';
    case 403: return 'forbidden';
    case 404: return 'not_found';
    case 429: return 'rate_limited';
    default: return status >= 502 && status <= 504 ? 'unavailable' : 'internal';
  }
}

/** Reads an exception of getUserMedia. */
export function parseMediaError(error: unknown): CallError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError')
    return new CallError('media_denied', 'The browser was not allowed to use the microphone or camera.');
  if (name === 'NotFoundError' || name === 'OverconstrainedError')
    return new CallError('media_missing', 'There is no microphone or camera here that could be used.');
  return new CallError('media_missing', 'The microphone or camera could not be started; another program may be using it.');
}

/** Whether a hang-up came before its invite or after the end: the call is over in both cases. */
export function ignoreOver(error: unknown): void {
  const { code } = parseHubError(error);
  if (code !== 'not_found' && code !== 'ended')
    throw error;
}
