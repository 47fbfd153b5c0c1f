import fastify, { type FastifyInstance } from 'fastify';
import { PhotoSource } from '../../src/lib/runtime/photos/photo-source.ts';
import type { Behaviour, Requests } from './behaviour.ts';
import { geminiRoutes } from './gemini-simulator/routes.ts';
import { ximilarRoutes } from './ximilar-simulator/routes.ts';

/** A simulator inside the test's own process, on loopback. */
export interface Simulator {
  readonly url: string;
  /** Makes it behave so from now on. */
  behave(behaviour: Behaviour): Promise<void>;
  requests(): Promise<Requests>;
  /** As after a start, but for what was planted. */
  reset(): Promise<void>;
  /** Asks anything of it; answers the JSON. */
  ask(method: 'POST' | 'PUT', path: string, body: object, headers?: Record<string, string>): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts Ximilar's simulator. */
export function startXimilar(token = ''): Promise<Simulator> {
  const photos = new PhotoSource([], {
    allowedHosts: [],
    permittedRanges: [],
    maxBytes: 10_000_000,
    fetchSeconds: 5,
  });
  return start((app) => ximilarRoutes(app, { token, photos }));
}

/** Starts Gemini's simulator. */
export function startGemini(key = ''): Promise<Simulator> {
  return start((app) => geminiRoutes(app, key));
}

async function start(routes: (app: FastifyInstance) => void): Promise<Simulator> {
  const app = fastify({ forceCloseConnections: true });
  await app.register(async (vendor) => routes(vendor));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    url,
    behave: async (behaviour) => void (await send('PUT', '/_simulator/behaviour', behaviour)),
    requests: async () => (await send('GET', '/_simulator/requests')) as Requests,
    reset: async () => void (await send('DELETE', '/_simulator')),
    ask: send,
    close: () => app.close(),
  };
}
