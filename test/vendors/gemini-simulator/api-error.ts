const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** An error as Google words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, message: string, reason?: string, retrySeconds?: number) {
    super(message);
    this.status = status;
    const details = [
      ...(reason === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }]),
      ...(retrySeconds === undefined
        ? []
        : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retrySeconds}s` }]),
    ];
    this.body = {
      error: {
        code: status,
        message,
        status: STATUSES[status] ?? 'UNKNOWN',
        ...(details.length === 0 ? {} : { details }),
      },
    };
  }
}

/** The body of an error that was asked for. */
export function errorBody(status: number, seconds: number | undefined): object {
  const messages: Readonly<Record<number, string>> = {
    429: 'You exceeded your current quota, please check your plan and billing details.',
    503: 'The model is overloaded. Please try again later.',
  };
  return new ApiError(status, messages[status] ?? 'An internal error has occurred.', undefined, seconds).body;
}
