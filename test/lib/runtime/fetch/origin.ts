import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that stands for wherever photos come from. */
export interface Origin {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts an origin with an answer for each path. */
export async function startOrigin(
  answers: Readonly<Record<string, (response: http.ServerResponse, request: http.IncomingMessage) => void>>,
): Promise<Origin> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = answers[path];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
