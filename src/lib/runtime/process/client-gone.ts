import type { FastifyReply } from 'fastify';

/** The client went away; nobody reads an answer. */
export class ClientGone extends Error {
  constructor() {
    super('the client went away');
    this.name = 'ClientGone';
  }
}

/** Aborted, with a {@link ClientGone}, as soon as a request's client hangs up before it has its answer. */
export function whenGone(reply: FastifyReply): AbortSignal {
  const client = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) client.abort(new ClientGone());
  });
  return client.signal;
}
